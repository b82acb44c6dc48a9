import assert from 'node:assert/strict';
import type { Clause } from './clause.ts';
import type { ExecutorContext } from './contexts.ts';
import { sceneClause } from './executor-scene.ts';
import { eventually, patient } from './expect.ts';

/** How what becomes of workers is told. */
export const observeClauses: readonly Clause<ExecutorContext>[] = [
  sceneClause(
    'EX-OBSERVE-01',
    'An observer is told first of what is there, then "synced", then of each change: a start and an end.',
    async (scene) => {
      const executor = scene.open();
      const earlier = await scene.launch(executor);
      const observation = scene.observe(scene.open());
      assert.ok((await observation.told('running', earlier.handle.id)) < (await observation.told('synced')), 'the snapshot comes late');
      const later = await scene.launch(executor);
      await observation.told('running', later.handle.id);
      await scene.context.kill(earlier.handle);
      await observation.told('ended', earlier.handle.id);
      await observation.end();
      assert.equal(observation.events.filter((event) => event.type === 'synced').length, 1);
    },
  ),
  sceneClause(
    'EX-OBSERVE-02',
    "An observer is told of its owner's workers only, and observing ends by abort without an error.",
    async (scene) => {
      const executor = scene.open();
      const observation = scene.observe(executor);
      await observation.told('synced');
      const foreign = await scene.launch(executor, { owner: `${scene.owner}-2` });
      const own = await scene.launch(executor);
      await observation.told('running', own.handle.id);
      await observation.end();
      assert.ok(!observation.events.some((event) => 'id' in event && event.id === foreign.handle.id), "another owner's worker was told of");
    },
  ),
  sceneClause(
    'EX-OBSERVE-03',
    'What ended before somebody observed is told before "synced", as long as it is not released.',
    async (scene) => {
      const executor = scene.open();
      const { reservation, handle } = await scene.launch(executor);
      await scene.context.kill(handle);
      await eventually('the worker is gone', async () => (await executor.find(reservation, patient())).is === 'gone' || undefined);
      const observation = scene.observe(scene.open());
      assert.ok((await observation.told('ended', handle.id)) < (await observation.told('synced')), 'its end is told late');
      await observation.end();
    },
  ),
  sceneClause('EX-OBSERVE-04', 'A worker that is stopped is told as ended.', async (scene) => {
    const executor = scene.open();
    const { handle } = await scene.launch(executor);
    const observation = scene.observe(scene.open());
    await observation.told('running', handle.id);
    await executor.stop(handle, { graceMs: 0 }, patient());
    await observation.told('ended', handle.id);
    await observation.end();
  }),
  sceneClause('EX-OBSERVE-05', 'A reservation that was not started is told neither as running nor as ended.', async (scene) => {
    const executor = scene.open();
    const waiting = await scene.reserve(executor);
    const observation = scene.observe(executor);
    await observation.told('synced');
    const { handle } = await scene.launch(executor);
    await observation.told('running', handle.id);
    await observation.end();
    for (const type of ['running', 'ended'] as const) assert.ok(!observation.has(type, waiting.request.id), `it is told as ${type}`);
  }),
  sceneClause('EX-OBSERVE-06', 'Observing goes on where there is nothing yet, and when the last worker has gone.', async (scene) => {
    const executor = scene.open();
    const observation = scene.observe(executor);
    await observation.told('synced');
    for (let count = 0; count < 2; count += 1) {
      const { reservation, handle } = await scene.launch(executor);
      await observation.told('running', handle.id);
      await executor.stop(handle, { graceMs: 0 }, patient());
      await executor.release(reservation, patient());
      await observation.told('ended', handle.id);
      assert.ok(!observation.isOver, 'observing ended by itself');
    }
    await observation.end();
  }),
  sceneClause('EX-OBSERVE-07', 'Several may observe at once: each is told everything, also when another of them leaves.', async (scene) => {
    const executor = scene.open();
    const [one, other] = [scene.observe(executor), scene.observe(executor)];
    await Promise.all([one.told('synced'), other.told('synced')]);
    const first = await scene.launch(executor);
    await Promise.all([one.told('running', first.handle.id), other.told('running', first.handle.id)]);
    await one.end();
    const second = await scene.launch(executor);
    await other.told('running', second.handle.id);
    await other.end();
  }),
];
