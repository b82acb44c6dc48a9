import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import type { Clause } from './clause.ts';
import type { ExecutorContext } from './contexts.ts';
import { greet, protocolClause } from './executor-greeting.ts';
import { sceneClause } from './executor-scene.ts';
import { eventually, patient, refuses, settles } from './expect.ts';

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
  protocolClause(
    'EX-CONNECT-05',
    'A connection that ends without a word leaves the worker as it is: it takes the next one, of any instance.',
    async (scene) => {
      const executor = scene.open();
      const { reservation, handle } = await scene.launch(executor);
      const { incarnation } = await greet(scene, executor, handle);
      const silent = await executor.connect(handle, patient());
      await silent.close();
      const again = await greet(scene, scene.open(), handle, { epoch: 2 });
      assert.equal(again.incarnation, incarnation);
      await again.close('the clause is over');
      assert.equal((await executor.find(reservation, patient())).is, 'found');
    },
  ),
  protocolClause(
    'EX-CONNECT-06',
    'A connection may be asked for while another is open: the engine with the higher epoch has the worker, and the other is let go.',
    async (scene) => {
      const executor = scene.open();
      const { handle } = await scene.launch(executor);
      let end: (reason: string) => void = () => undefined;
      const ended = new Promise<string>((resolve) => (end = resolve));
      const old = await greet(scene, executor, handle, { onEnd: end });
      const newer = await greet(scene, scene.open(), handle, { epoch: 2 });
      await settles('the older connection ends', ended);
      assert.equal(newer.incarnation, old.incarnation);
      await newer.close('the clause is over');
    },
  ),
  sceneClause('EX-CONNECT-07', 'A connection is closed once and again without an error, and its input has ended then.', async (scene) => {
    const executor = scene.open();
    const { handle } = await scene.launch(executor);
    const connection = await executor.connect(handle, patient());
    const reading = (async () => {
      for await (const _ of connection.input) continue;
    })();
    await settles('it is closed', connection.close());
    await settles('its input ends', reading);
    await settles('it is closed again', connection.close());
  }),
];
