import assert from 'node:assert/strict';
import { platformOf } from '@ambit/plugin-api';
import type { ExecutorDescription, Machine } from '@ambit/plugin-api';
import type { Clause, NotClaimed } from './clause.ts';
import type { ExecutorContext } from './contexts.ts';
import { sceneClause, stored } from './executor-scene.ts';
import type { ExecutorScene } from './executor-scene.ts';
import { collect, patient } from './expect.ts';

const foreign = 'plan9/mips';

/** What an executor says before anything is reserved. */
const plans: readonly Clause<ExecutorContext>[] = [
  sceneClause(
    'EX-DESCRIBE-01',
    'What an executor says of itself is the same each time and on every instance, with at least one platform, location and runtime.',
    async (scene) => {
      const description = await scene.open().describe(patient());
      assert.deepEqual(await scene.open().describe(patient()), description);
      for (const list of [description.platforms, description.accepts, description.runtime]) assert.ok(list.length > 0);
    },
  ),
  sceneClause(
    'EX-DESCRIBE-02',
    'A description is plain data; where it has a capacity, that is more than nothing, and each GPU has an id of its own.',
    async (scene) => {
      const description = await scene.open().describe(patient());
      assert.deepEqual(stored(description), description);
      for (const platform of description.platforms) assert.match(platform, /^[a-z0-9]+\/[a-z0-9]+$/);
      if (description.capacity) checkCapacity(description.capacity);
    },
  ),
  sceneClause('EX-PREFLIGHT-01', 'A request that fits is found to be without error before anything is built.', async (scene) => {
    const findings = await scene.open().preflight([scene.request()], patient());
    assert.deepEqual(
      findings.filter((finding) => finding.severity === 'error'),
      [],
    );
  }),
  sceneClause(
    'EX-PREFLIGHT-02',
    'An image for a platform that the place does not have is an error before anything is built: with what, why, what to do, and of which environment.',
    async (scene) => {
      const fits = scene.request({ environment: 'fits' });
      const odd = scene.request({ environment: 'odd', image: { ...fits.image, platform: foreign } });
      const findings = await scene.open().preflight([fits, odd, fits], patient());
      const errors = findings.filter((finding) => finding.severity === 'error');
      assert.deepEqual([...new Set(errors.map((finding) => finding.environment))], ['odd']);
      for (const { code, message, hint } of errors) assert.ok(/^[A-Z]/.test(code) && message && hint);
      assert.ok(errors.some(({ message }) => message.includes(foreign)));
    },
  ),
  sceneClause('EX-PREFLIGHT-03', 'Looking ahead reserves nothing.', async (scene) => {
    const executor = scene.open();
    await executor.preflight([scene.request(), scene.request()], patient());
    assert.deepEqual(await collect(executor.list(scene.owner, patient())), []);
  }),
];

function checkCapacity({ cpu, memory, gpus }: NonNullable<ExecutorDescription['capacity']>): void {
  assert.ok(cpu > 0 && memory > 0, `a capacity of ${cpu} CPUs and ${memory} bytes of memory`);
  assert.equal(new Set(gpus.map(({ id }) => id)).size, gpus.length, 'two GPUs have one id');
  for (const { model, memory: bytes } of gpus) assert.ok(model && bytes > 0, `a GPU "${model}" of ${bytes} bytes`);
}

/** A clause about the machine of a reservation's place. */
function machineClause(id: string, spec: string, run: (scene: ExecutorScene, machine: Machine) => Promise<void>): Clause<ExecutorContext> {
  return sceneClause(id, spec, async (scene): Promise<void | NotClaimed> => {
    const executor = scene.open();
    const reservation = await scene.reserve(executor);
    const machine = executor.machine?.(reservation);
    if (!machine) return { notClaimed: 'layers cannot be realised as directories here' };
    assert.equal(scene.open().machine?.(reservation)?.id, machine.id);
    return run(scene, machine);
  });
}

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

const machines: readonly Clause<ExecutorContext>[] = [
  machineClause(
    'EX-MACHINE-01',
    'The machine of a reservation is the same for every instance, has a platform of the place, and is one whose directories are accepted.',
    async (scene, machine) => {
      const { accepts, platforms } = await scene.open().describe(patient());
      const accepted = accepts.some(({ kind, at }) => kind === 'host-directory' && (at === undefined || at === machine.id));
      assert.ok(accepted, `directories of the machine ${machine.id} are not accepted`);
      const platform = platformOf(await machine.facts(patient()));
      assert.ok(platforms.includes(platform), `${platform} is none of ${platforms.join(', ')}`);
    },
  ),
  machineClause(
    'EX-MACHINE-02',
    'On that machine, files are written whole and read back, commands tell their exit code, and what is not there is ENOENT.',
    async (_, machine) => {
      const path = `${machine.cacheDirectory}/conform/deep/file`;
      for (const text of ['a longer text', 'short']) {
        await machine.write(path, bytes(text), { signal: patient() });
        assert.equal(Buffer.concat(await collect(machine.read(path, patient()))).toString(), text);
      }
      assert.equal((await machine.run(['sh', '-c', 'exit 3'], { signal: patient() })).code, 3);
      const missing = (error: unknown): boolean => (error as { code?: unknown }).code === 'ENOENT';
      await assert.rejects(collect(machine.read(`${path}.none`, patient())), missing);
      await assert.rejects(machine.run(['ambit-conform-no-such-program'], { signal: patient() }), missing);
    },
  ),
];

/** A clause about bringing images and runtimes to a place. */
function prepareClause(id: string, spec: string, run: (scene: ExecutorScene) => Promise<void>): Clause<ExecutorContext> {
  return sceneClause(id, spec, async (scene): Promise<void | NotClaimed> => {
    if (!scene.open().prepare) return { notClaimed: 'nothing is brought to this place before a start' };
    return run(scene);
  });
}

const preparations: readonly Clause<ExecutorContext>[] = [
  prepareClause(
    'EX-PREPARE-01',
    'Preparing is idempotent and shared: several at once and another instance may ask for the same, and each is told how far it is.',
    async (scene) => {
      const executor = scene.open();
      const reservation = await scene.reserve(executor);
      await Promise.all([
        scene.prepare(executor, reservation),
        scene.prepare(executor, reservation),
        scene.prepare(scene.open(), reservation),
      ]);
      await scene.prepare(executor, reservation);
      await scene.start(executor, reservation);
    },
  ),
  prepareClause('EX-PREPARE-02', 'Preparing starts nothing.', async (scene) => {
    const executor = scene.open();
    const reservation = await scene.reserve(executor);
    await scene.prepare(executor, reservation);
    assert.deepEqual(await executor.find(reservation, patient()), { is: 'never-started' });
    const kinds = (await collect(executor.list(scene.owner, patient()))).map(({ kind }) => kind);
    assert.ok(!kinds.includes('worker'), 'a worker is listed');
  }),
];

/** What is known and done before a start. */
export const planClauses: readonly Clause<ExecutorContext>[] = [...plans, ...machines, ...preparations];
