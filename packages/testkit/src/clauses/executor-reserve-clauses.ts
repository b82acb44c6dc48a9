import assert from 'node:assert/strict';
import type { Executor, ExecutorDescription, Reservation, WorkerResources } from '@ambit/plugin-api';
import type { Clause, NotClaimed } from './clause.ts';
import type { ExecutorContext } from './contexts.ts';
import { sceneClause, stored } from './executor-scene.ts';
import type { ExecutorScene } from './executor-scene.ts';
import { collect, patient, refuses } from './expect.ts';

/** Space that is kept for workers. */
const reservations: readonly Clause<ExecutorContext>[] = [
  sceneClause('EX-RESERVE-01', 'The same id again gets the same answer, of another instance too.', async (scene) => {
    const executor = scene.open();
    const { request, ...answer } = await scene.reserve(executor);
    assert.deepEqual(stored(await scene.ask(executor, request)), answer);
    assert.deepEqual(stored(await scene.ask(scene.open(), request)), answer);
  }),
  sceneClause('EX-RESERVE-02', 'What can never fit is answered with "never", why, and what to do.', async (scene) => {
    const executor = scene.open();
    const { capacity } = await executor.describe(patient());
    if (!capacity) return { notClaimed: 'the place is elastic' };
    await isNever(scene, executor, { memory: { request: capacity.memory * 2, limit: capacity.memory * 2 } });
    return undefined;
  }),
  sceneClause(
    'EX-RESERVE-03',
    'A reservation that was never started expires by itself: it is not listed any more, and starts nothing.',
    async (scene) => {
      const executor = scene.open();
      const reservation = await scene.reserve(executor);
      if (reservation.expiresAt === undefined) return { notClaimed: 'reservations hold nothing and do not expire' };
      await scene.context.expire(reservation);
      assert.deepEqual(await collect(executor.list(scene.owner, patient())), []);
      await refuses(scene.start(executor, reservation));
      return undefined;
    },
  ),
  sceneClause('EX-RESERVE-04', 'Several who ask at once for one id get one answer, on all instances.', async (scene) => {
    const instances = [scene.open(), scene.open()];
    const request = scene.request();
    const answers = await Promise.all([...instances, ...instances].map((executor) => scene.ask(executor, request)));
    for (const answer of answers) assert.deepEqual(stored(answer), stored(answers[0]));
    assert.equal((await collect(scene.open().list(scene.owner, patient()))).length, 1);
  }),
  sceneClause('EX-RESERVE-05', 'What a place never has is answered with "never" for GPUs too.', async (scene) => {
    const executor = scene.open();
    const { capacity } = await executor.describe(patient());
    if (!capacity) return { notClaimed: 'the place is elastic' };
    await isNever(scene, executor, { gpu: { count: capacity.gpus.length + 1 } });
    await isNever(scene, executor, { gpu: { count: 1, models: ['no-such-model'] } });
    return undefined;
  }),
];

async function isNever(scene: ExecutorScene, executor: Executor, resources: Partial<WorkerResources>): Promise<void> {
  const answer = await scene.ask(executor, scene.request({ resources: { cpu: { request: 1 }, ...resources } }));
  assert.ok(answer.outcome === 'never', `the answer is "${answer.outcome}"`);
  assert.ok(answer.reason && answer.hint);
}

type Capacity = NonNullable<ExecutorDescription['capacity']>;

/** A clause about a place that keeps account of its memory: all of it is taken at the clause's start. */
function fullClause(
  id: string,
  spec: string,
  run: (scene: ExecutorScene, executor: Executor, all: Reservation, capacity: Capacity) => Promise<void | NotClaimed>,
): Clause<ExecutorContext> {
  return sceneClause(id, spec, async (scene): Promise<void | NotClaimed> => {
    const executor = scene.open();
    const { capacity } = await executor.describe(patient());
    if (!capacity) return { notClaimed: 'the place is elastic' };
    const all = await scene.tryReserve(executor, { resources: allOf(capacity) });
    if (!all) return { notClaimed: 'others have space at this place' };
    return run(scene, executor, all, capacity);
  });
}

const allOf = ({ memory }: Capacity): WorkerResources => ({ cpu: { request: 1 }, memory: { request: memory, limit: memory } });
const some: WorkerResources = { cpu: { request: 1 }, memory: { request: 1024, limit: 1024 } };

const spaces: readonly Clause<ExecutorContext>[] = [
  fullClause(
    'EX-RESERVE-06',
    'A place gives away no more memory than it has: who asks for more is told to wait, why, and for how long.',
    async (scene, executor) => {
      const answer = await executor.reserve(scene.request({ resources: some }), scene.context.placement, patient());
      assert.ok(answer.outcome === 'wait', `the answer is "${answer.outcome}"`);
      assert.ok(answer.reason && answer.retryAfterMs > 0);
    },
  ),
  fullClause('EX-RESERVE-07', 'A request that was told to wait leaves nothing behind.', async (scene, executor, all) => {
    await executor.reserve(scene.request({ resources: some }), scene.context.placement, patient());
    const ids = (await collect(executor.list(scene.owner, patient()))).map(({ id }) => id);
    assert.deepEqual(ids, [all.request.id]);
  }),
  fullClause('EX-RESERVE-08', 'The space of a reservation that has expired is given to others.', async (scene, executor, all, capacity) => {
    if (all.expiresAt === undefined) return { notClaimed: 'reservations do not expire' };
    await scene.context.expire(all);
    assert.ok(await scene.tryReserve(executor, { resources: allOf(capacity) }), 'the space is still taken');
    return undefined;
  }),
  sceneClause(
    'EX-RESERVE-09',
    'Reservations get GPUs of the place, as many as they ask for, and no two engines the same one.',
    async (scene) => {
      const [executor, second] = [scene.open(), scene.open()];
      const { capacity } = await executor.describe(patient());
      if (!capacity || capacity.gpus.length < 2) return { notClaimed: 'the place does not say that it has several GPUs' };
      const resources = { ...some, gpu: { count: 1 } };
      const [one, other] = [await scene.tryReserve(executor, { resources }), await scene.tryReserve(second, { resources })];
      if (!one || !other) return { notClaimed: 'others have space at this place' };
      const given = [...one.gpus, ...other.gpus];
      assert.equal(new Set(given).size, 2, `the GPUs are ${given.join(', ')}`);
      for (const id of given)
        assert.ok(
          capacity.gpus.some((gpu) => gpu.id === id),
          `the place has no GPU ${id}`,
        );
      return undefined;
    },
  ),
  fullClause('EX-RELEASE-03', 'The space of what was released is given to others at once.', async (scene, executor, all, capacity) => {
    await executor.release(all, patient());
    assert.ok(await scene.tryReserve(executor, { resources: allOf(capacity) }), 'the space is still taken');
  }),
];

/** What is kept for workers, and when it is given back. */
export const reserveClauses: readonly Clause<ExecutorContext>[] = [...reservations, ...spaces];
