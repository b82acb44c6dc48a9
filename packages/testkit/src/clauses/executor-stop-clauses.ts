import assert from 'node:assert/strict';
import type { Executor, Stopped, WorkerEvent } from '@ambit/plugin-api';
import type { Clause } from './clause.ts';
import type { ExecutorContext } from './contexts.ts';
import { sceneClause, stored } from './executor-scene.ts';
import { collect, eventually, patient, refuses, settles } from './expect.ts';

/** Proved by a mechanism that the place claims; where it claims none, unconfirmed with the reason. */
async function isStopped(executor: Executor, answer: Stopped): Promise<void> {
  const { stopProof } = await executor.describe(patient());
  assert.notEqual(answer.stopped, 'no');
  if (answer.stopped === 'proved') {
    assert.ok(stopProof.includes(answer.mechanism), `${answer.mechanism} is not claimed`);
    assert.ok(answer.evidence);
  }
  if (answer.stopped === 'unconfirmed') {
    assert.deepEqual(stopProof, [], `the place claims proof by ${stopProof.join(', ')}`);
    assert.ok(answer.evidence && answer.reason);
  }
}

const stops: readonly Clause<ExecutorContext>[] = [
  sceneClause(
    'EX-STOP-01',
    'A stop is proved by a mechanism that the place claims, or unconfirmed with its reason where it claims none; the worker is gone then.',
    async (scene) => {
      const executor = scene.open();
      const { reservation, handle } = await scene.launch(executor);
      await isStopped(executor, await executor.stop(handle, { graceMs: 1000 }, patient()));
      assert.notEqual((await executor.find(reservation, patient())).is, 'found');
      await refuses(executor.connect(handle, patient()), 'AMBIT_WORKER_GONE');
    },
  ),
  sceneClause(
    'EX-STOP-02',
    'A stop that is asked for again gives the first answer, at once and by another instance too.',
    async (scene) => {
      const executor = scene.open();
      const { reservation, handle } = await scene.launch(executor);
      const [answer, same] = await Promise.all([
        executor.stop(handle, { graceMs: 0 }, patient()),
        executor.stop(handle, { graceMs: 0 }, patient()),
      ]);
      assert.deepEqual(same, answer);
      assert.deepEqual(await executor.stop(reservation, { graceMs: 0 }, patient()), answer);
      assert.deepEqual(stored(await scene.open().stop(handle, { graceMs: 0 }, patient())), stored(answer));
    },
  ),
  sceneClause('EX-STOP-03', 'A worker can be stopped by an instance that knows only its reservation.', async (scene) => {
    const { reservation } = await scene.launch(scene.open());
    const later = scene.open();
    await isStopped(later, await later.stop(reservation, { graceMs: 0 }, patient()));
    assert.notEqual((await later.find(reservation, patient())).is, 'found');
  }),
  sceneClause('EX-STOP-04', 'What was never started can be stopped, and does not start afterwards.', async (scene) => {
    const executor = scene.open();
    const reservation = await scene.reserve(executor);
    assert.notEqual((await executor.stop(reservation, { graceMs: 0 }, patient())).stopped, 'no');
    await refuses(scene.start(executor, reservation));
  }),
  sceneClause('EX-STOP-05', 'A worker that has died can be stopped: what is left of it is gone then.', async (scene) => {
    const executor = scene.open();
    const { reservation, handle } = await scene.launch(executor);
    await scene.context.kill(handle);
    assert.notEqual((await executor.stop(reservation, { graceMs: 0 }, patient())).stopped, 'no');
    await executor.release(reservation, patient());
  }),
  sceneClause('EX-RELEASE-01', 'A worker that lives is not released; one that was stopped is, again and again.', async (scene) => {
    const executor = scene.open();
    const { reservation } = await scene.launch(executor);
    await refuses(executor.release(reservation, patient()));
    assert.equal((await executor.find(reservation, patient())).is, 'found');
    await executor.stop(reservation, { graceMs: 0 }, patient());
    await executor.release(reservation, patient());
    await executor.release(reservation, patient());
    assert.deepEqual(await collect(executor.list(scene.owner, patient())), []);
  }),
  sceneClause('EX-RELEASE-02', 'A reservation that was not started can be released.', async (scene) => {
    const executor = scene.open();
    const reservation = await scene.reserve(executor);
    await executor.release(reservation, patient());
    assert.deepEqual(await collect(executor.list(scene.owner, patient())), []);
  }),
  sceneClause('EX-DISPOSE-01', 'Workers live on when their executor is disposed of.', async (scene) => {
    const executor = scene.open();
    const { reservation, handle } = await scene.launch(executor);
    await executor.dispose();
    const found = await scene.open().find(reservation, patient());
    assert.ok(found.is === 'found', `it is "${found.is}"`);
    assert.deepEqual(stored(found.handle), handle);
  }),
];

const observations: readonly Clause<ExecutorContext>[] = [
  sceneClause(
    'EX-OBSERVE-01',
    'An observer is told first of what is there, then "synced", then of each change: a start and an end.',
    async (scene) => {
      const executor = scene.open();
      const earlier = await scene.launch(executor);
      const events: WorkerEvent[] = [];
      const stop = new AbortController();
      const observing = (async () => {
        for await (const event of scene.open().observe(scene.owner, stop.signal)) events.push(event);
      })();
      const told = (type: WorkerEvent['type'], id?: string): Promise<number> =>
        eventually(`${type} is told`, async () => {
          const index = events.findIndex((event) => event.type === type && (id === undefined || ('id' in event && event.id === id)));
          return index < 0 ? undefined : index;
        });
      assert.ok((await told('running', earlier.handle.id)) < (await told('synced')), 'the snapshot comes after "synced"');
      const later = await scene.launch(executor);
      await told('running', later.handle.id);
      await scene.context.kill(earlier.handle);
      await told('ended', earlier.handle.id);
      stop.abort();
      await settles('the end of observing', observing);
      assert.equal(events.filter((event) => event.type === 'synced').length, 1);
    },
  ),
  sceneClause(
    'EX-OBSERVE-02',
    "An observer is told of its owner's workers only, and observing ends by abort without an error.",
    async (scene) => {
      const executor = scene.open();
      const events: WorkerEvent[] = [];
      const stop = new AbortController();
      const observing = (async () => {
        for await (const event of executor.observe(scene.owner, stop.signal)) events.push(event);
      })();
      await eventually('synced', async () => events.some((event) => event.type === 'synced') || undefined);
      const foreign = await scene.launch(executor, { owner: `${scene.owner}-2` });
      const own = await scene.launch(executor);
      await eventually(
        'the own one is told',
        async () => events.some((event) => event.type === 'running' && event.id === own.handle.id) || undefined,
      );
      stop.abort();
      await settles('the end of observing', observing);
      assert.ok(!events.some((event) => 'id' in event && event.id === foreign.handle.id), "another owner's worker was told of");
    },
  ),
];

/** How workers end, and how that is told. */
export const stopClauses: readonly Clause<ExecutorContext>[] = [...stops, ...observations];
