import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { openSession } from '@ambit/worker/protocol';
import type { SessionOptions, WorkerSession } from '@ambit/worker/protocol';
import type { Executor, WorkerHandle } from '@ambit/plugin-api';
import type { Clause, NotClaimed } from './clause.ts';
import type { ExecutorContext } from './contexts.ts';
import { sceneClause } from './executor-scene.ts';
import type { ExecutorScene } from './executor-scene.ts';
import { eventually, patient, refuses } from './expect.ts';

/** A clause about workers that speak the worker's protocol; a stand-in for a worker need not. */
function protocolClause(id: string, spec: string, run: (scene: ExecutorScene) => Promise<void>): Clause<ExecutorContext> {
  return sceneClause(id, spec, async (scene): Promise<void | NotClaimed> => {
    if (!scene.context.speaksProtocol) return { notClaimed: "the workers of this test do not speak the worker's protocol" };
    await run(scene);
    return undefined;
  });
}

/** Connects as an engine does, and says hello. */
async function greet(
  scene: ExecutorScene,
  executor: Executor,
  handle: WorkerHandle,
  options: Partial<SessionOptions> = {},
): Promise<WorkerSession> {
  const connection = await executor.connect(handle, patient());
  const rest: Omit<SessionOptions, 'epoch' | 'sign' | 'worker'> = {
    onMessage: () => undefined,
    onEnd: () => undefined,
    objects: { put: () => Promise.reject(new assert.AssertionError({ message: 'a worker without a task stored a blob' })), get: none },
  };
  return openSession(connection, { epoch: 1, worker: handle.id, sign: scene.sign, ...rest, ...options }, patient());
}

async function* none(): AsyncGenerator<never> {}

/** How workers are reached. */
export const connectClauses: readonly Clause<ExecutorContext>[] = [
  protocolClause(
    'EX-CONNECT-01',
    'A connection leads to the worker that was started: it says its id, and takes the engine that holds the key of its request.',
    async (scene) => {
      const executor = scene.open();
      const first = await scene.launch(executor);
      const second = await scene.launch(executor);
      const sessions = [await greet(scene, executor, first.handle), await greet(scene, executor, second.handle)];
      assert.notEqual(sessions[0]?.incarnation, sessions[1]?.incarnation);
      for (const session of sessions) {
        assert.deepEqual([session.state.running, session.state.unacknowledged], [[], []]);
        await session.close('the clause is over');
      }
    },
  ),
  protocolClause(
    'EX-CONNECT-02',
    'A connection can be asked for again, by an instance that knows only the handle too, and leads to the same worker.',
    async (scene) => {
      const { handle } = await scene.launch(scene.open());
      const session = await greet(scene, scene.open(), handle);
      const { incarnation } = session;
      await session.close('it is asked for again');
      const again = await greet(scene, scene.open(), handle, { epoch: 2 });
      assert.equal(again.incarnation, incarnation);
      await again.close('the clause is over');
    },
  ),
  protocolClause(
    'EX-CONNECT-03',
    'A worker refuses an engine without the key of its request, and one of an older epoch.',
    async (scene) => {
      const executor = scene.open();
      const { handle } = await scene.launch(executor);
      const { privateKey } = generateKeyPairSync('ed25519');
      const forged = (text: string): string => sign(null, Buffer.from(text), privateKey).toString('base64');
      await refuses(greet(scene, executor, handle, { sign: forged }), 'AMBIT_PROTOCOL_REFUSED');
      await (await greet(scene, executor, handle, { epoch: 2 })).close('a newer one comes');
      await refuses(greet(scene, executor, handle, { epoch: 1 }), 'AMBIT_PROTOCOL_REFUSED');
    },
  ),
  sceneClause('EX-CONNECT-04', 'Who asks for a connection to a worker that has died is told that it is gone.', async (scene) => {
    const executor = scene.open();
    const { reservation, handle } = await scene.launch(executor);
    await scene.context.kill(handle);
    await eventually('the worker is gone', async () => (await executor.find(reservation, patient())).is === 'gone' || undefined);
    await refuses(executor.connect(handle, patient()), 'AMBIT_WORKER_GONE');
    await refuses(scene.open().connect(handle, patient()), 'AMBIT_WORKER_GONE');
  }),
];
