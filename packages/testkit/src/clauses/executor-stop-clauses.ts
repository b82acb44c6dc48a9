import assert from 'node:assert/strict';
import type { Executor, Stopped } from '@ambit/plugin-api';
import type { Clause } from './clause.ts';
import type { ExecutorContext } from './contexts.ts';
import { sceneClause, stored } from './executor-scene.ts';
import { patient, refuses, settles } from './expect.ts';

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

/** How workers are ended. */
export const stopClauses: readonly Clause<ExecutorContext>[] = [
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
  sceneClause('EX-STOP-06', 'A worker can be stopped by an instance that knows only its handle.', async (scene) => {
    const { reservation, handle } = await scene.launch(scene.open());
    const later = scene.open();
    await isStopped(later, await later.stop(handle, { graceMs: 0 }, patient()));
    assert.notEqual((await later.find(reservation, patient())).is, 'found');
  }),
  sceneClause('EX-STOP-07', 'A stop ends one worker, and leaves the others of its owner and place as they are.', async (scene) => {
    const executor = scene.open();
    const [one, other] = [await scene.launch(executor), await scene.launch(executor)];
    await executor.stop(one.handle, { graceMs: 0 }, patient());
    const found = await executor.find(other.reservation, patient());
    assert.ok(found.is === 'found', `the other is "${found.is}"`);
    assert.deepEqual(stored(found.handle), other.handle);
  }),
  sceneClause('EX-STOP-08', 'Instances that stop one worker at once get one answer.', async (scene) => {
    const { handle } = await scene.launch(scene.open());
    const instances = [scene.open(), scene.open(), scene.open()];
    const answers = await Promise.all(instances.map((each) => each.stop(handle, { graceMs: 0 }, patient())));
    for (const answer of answers) assert.deepEqual(stored(answer), stored(answers[0]));
  }),
  sceneClause('EX-STOP-09', 'A stop is answered as soon as the worker has ended, however long a grace it has.', async (scene) => {
    const executor = scene.open();
    const { handle } = await scene.launch(executor);
    const stopped = await settles('an idle worker is stopped', executor.stop(handle, { graceMs: 3_600_000 }, patient()));
    await isStopped(executor, stopped);
  }),
  sceneClause(
    'EX-STOP-10',
    'Where a place cannot be reached, a stop answers "no" with the reason, and may be asked for again.',
    async (scene) => {
      if (!scene.context.cutOff) return { notClaimed: 'this place cannot be cut off' };
      const executor = scene.open();
      const { reservation, handle } = await scene.launch(executor);
      await scene.context.cutOff(true);
      const answer = await executor.stop(handle, { graceMs: 0 }, patient());
      await refuses(executor.release(reservation, patient()));
      await scene.context.cutOff(false);
      assert.ok(answer.stopped === 'no' && answer.reason, `the stop is "${answer.stopped}"`);
      await isStopped(executor, await executor.stop(handle, { graceMs: 0 }, patient()));
      return undefined;
    },
  ),
];
