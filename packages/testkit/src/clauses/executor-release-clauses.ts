import assert from 'node:assert/strict';
import type { Clause } from './clause.ts';
import type { ExecutorContext } from './contexts.ts';
import { sceneClause, stored } from './executor-scene.ts';
import { collect, patient, refuses } from './expect.ts';

/** What there is, and how it is given back. */
export const releaseClauses: readonly Clause<ExecutorContext>[] = [
  sceneClause('EX-LIST-01', 'A list shows what one owner has, and nothing of another; what was released is gone.', async (scene) => {
    const executor = scene.open();
    const { reservation } = await scene.launch(executor);
    const waiting = await scene.reserve(executor);
    const foreign = await scene.reserve(executor, { owner: `${scene.owner}-2` });
    const items = async (owner: string): Promise<string[]> =>
      (await collect(scene.open().list(owner, patient())))
        .filter((item) => item.kind === 'worker' || item.kind === 'reservation')
        .map((item) => `${item.kind} ${item.id} ${item.run}`)
        .sort();
    const { run } = reservation.request;
    assert.deepEqual(await items(scene.owner), [`reservation ${waiting.request.id} ${run}`, `worker ${reservation.request.id} ${run}`]);
    assert.deepEqual(await items(`${scene.owner}-2`), [`reservation ${foreign.request.id} ${run}`]);
    await executor.stop(reservation, { graceMs: 0 }, patient());
    for (const each of [reservation, waiting]) await executor.release(each, patient());
    assert.deepEqual(await items(scene.owner), []);
  }),
  sceneClause('EX-LIST-02', 'A worker that has died is listed until it is released.', async (scene) => {
    const executor = scene.open();
    const { reservation, handle } = await scene.launch(executor);
    await scene.context.kill(handle);
    const ids = async (): Promise<string[]> => (await collect(scene.open().list(scene.owner, patient()))).map((item) => item.id);
    assert.deepEqual(await ids(), [handle.id]);
    await executor.stop(reservation, { graceMs: 0 }, patient());
    assert.deepEqual(await ids(), [handle.id]);
    await executor.release(reservation, patient());
    assert.deepEqual(await ids(), []);
  }),
  sceneClause('EX-LIST-03', 'Each item says since when it is there.', async (scene) => {
    const executor = scene.open();
    await scene.launch(executor);
    await scene.reserve(executor);
    for (const { since } of await collect(executor.list(scene.owner, patient()))) {
      assert.match(since, /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/);
      assert.ok(!Number.isNaN(Date.parse(since)), `${since} is no time`);
    }
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
  sceneClause('EX-RELEASE-04', 'What was released does not start: it needs a new reservation.', async (scene) => {
    const executor = scene.open();
    const waiting = await scene.reserve(executor);
    await executor.release(waiting, patient());
    await refuses(scene.start(executor, waiting));
    assert.deepEqual(await collect(executor.list(scene.owner, patient())), []);
  }),
  sceneClause('EX-RELEASE-05', 'A release gives back one reservation, and leaves the others as they are.', async (scene) => {
    const executor = scene.open();
    const [one, other] = [await scene.launch(executor), await scene.launch(executor)];
    const waiting = await scene.reserve(executor);
    await executor.stop(one.handle, { graceMs: 0 }, patient());
    await executor.release(one.reservation, patient());
    assert.equal((await executor.find(other.reservation, patient())).is, 'found');
    const ids = (await collect(executor.list(scene.owner, patient()))).map((item) => item.id);
    assert.deepEqual(new Set(ids), new Set([other.handle.id, waiting.request.id]));
  }),
  sceneClause('EX-DISPOSE-01', 'Workers live on when their executor is disposed of.', async (scene) => {
    const executor = scene.open();
    const { reservation, handle } = await scene.launch(executor);
    await executor.dispose();
    const found = await scene.open().find(reservation, patient());
    assert.ok(found.is === 'found', `it is "${found.is}"`);
    assert.deepEqual(stored(found.handle), handle);
  }),
  sceneClause('EX-ABORT-01', 'A call that was aborted before it began rejects, and changes nothing.', async (scene) => {
    const executor = scene.open();
    const { reservation, handle } = await scene.launch(executor);
    const waiting = await scene.reserve(executor);
    const before = await collect(executor.list(scene.owner, patient()));
    const aborted = AbortSignal.abort();
    await assert.rejects(executor.reserve(scene.request(), scene.context.placement, aborted), 'reserve');
    await assert.rejects(executor.connect(handle, aborted), 'connect');
    await assert.rejects(executor.stop(handle, { graceMs: 0 }, aborted), 'stop');
    await assert.rejects(executor.release(waiting, aborted), 'release');
    assert.deepEqual(await collect(executor.list(scene.owner, patient())), before);
    assert.equal((await executor.find(reservation, patient())).is, 'found');
  }),
];
