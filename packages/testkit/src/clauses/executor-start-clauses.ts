import assert from 'node:assert/strict';
import type { Clause } from './clause.ts';
import type { ExecutorContext } from './contexts.ts';
import { sceneClause, stored } from './executor-scene.ts';
import { collect, eventually, patient, refuses } from './expect.ts';
import type { Found } from '@ambit/plugin-api';

/** From the reservation to the worker. */
const starts: readonly Clause<ExecutorContext>[] = [
  sceneClause(
    'EX-START-01',
    'Starting is idempotent: an id has one worker, also when asked at once and by another instance.',
    async (scene) => {
      const executor = scene.open();
      const reservation = await scene.reserve(executor);
      const handles = await Promise.all([scene.start(executor, reservation), scene.start(executor, reservation)]);
      handles.push(await scene.start(scene.open(), reservation));
      for (const handle of handles) assert.deepEqual(handle, handles[0]);
      assert.equal(handles[0]?.id, reservation.request.id);
      const workers = (await collect(executor.list(scene.owner, patient()))).filter((item) => item.kind === 'worker');
      assert.deepEqual(
        workers.map((item) => item.id),
        [reservation.request.id],
      );
    },
  ),
  sceneClause('EX-START-02', 'An id that was stopped never starts again, on no instance, until it was released.', async (scene) => {
    const executor = scene.open();
    const { reservation } = await scene.launch(executor);
    await executor.stop(reservation, { graceMs: 0 }, patient());
    await refuses(scene.start(executor, reservation));
    await refuses(scene.start(scene.open(), reservation));
    await executor.release(reservation, patient());
    const again = await scene.reserve(executor, { id: reservation.request.id });
    await scene.start(executor, again);
    assert.equal((await executor.find(again, patient())).is, 'found');
  }),
  sceneClause('EX-START-03', 'Instances that start one id at once have one worker.', async (scene) => {
    const reservation = await scene.reserve(scene.open());
    const instances = [scene.open(), scene.open(), scene.open()];
    const handles = await Promise.all(instances.map((executor) => scene.start(executor, reservation)));
    for (const handle of handles) assert.deepEqual(handle, handles[0]);
    assert.equal((await collect(scene.open().list(scene.owner, patient()))).filter(({ kind }) => kind === 'worker').length, 1);
  }),
  sceneClause('EX-START-04', 'A start that was aborted before it began starts nothing, and may be asked for again.', async (scene) => {
    const executor = scene.open();
    const reservation = await scene.reserve(executor);
    await scene.prepare(executor, reservation);
    await assert.rejects(executor.start(reservation, scene.context.placement, AbortSignal.abort()));
    assert.deepEqual(await executor.find(reservation, patient()), { is: 'never-started' });
    await scene.start(executor, reservation);
  }),
  sceneClause(
    'EX-START-05',
    'A start that is broken off leaves one worker or none: whoever asks afterwards, also for the start, is told the same.',
    async (scene) => {
      const executor = scene.open();
      const reservation = await scene.reserve(executor);
      await scene.prepare(executor, reservation);
      const stop = new AbortController();
      const broken = executor.start(reservation, scene.context.placement, stop.signal).catch(() => undefined);
      stop.abort();
      const first = await broken;
      const later = scene.open();
      const handle = await scene.start(later, reservation).catch(() => undefined);
      if (first) assert.deepEqual(handle, stored(first));
      const found = await later.find(reservation, patient());
      assert.deepEqual(found.is === 'found' ? stored(found.handle) : undefined, handle);
    },
  ),
  sceneClause('EX-START-06', 'A worker is at the place of its reservation.', async (scene) => {
    const executor = scene.open();
    const { reservation, handle } = await scene.launch(executor);
    assert.ok(reservation.place, 'the place has no name');
    assert.equal(handle.place, reservation.place);
    for await (const item of executor.list(scene.owner, patient())) assert.equal(item.place, reservation.place);
  }),
  sceneClause('EX-START-07', 'Each request has a worker of its own.', async (scene) => {
    const executor = scene.open();
    const [one, other] = await Promise.all([scene.launch(executor), scene.launch(executor)]);
    assert.notDeepEqual(other.handle, one.handle);
    for (const { reservation, handle } of [one, other]) {
      const found = await executor.find(reservation, patient());
      assert.deepEqual(found.is === 'found' ? stored(found.handle) : undefined, handle);
    }
  }),
];

const finds: readonly Clause<ExecutorContext>[] = [
  sceneClause(
    'EX-FIND-01',
    'After a crash, an instance that knows only the reservation finds the worker, with the handle that start gave.',
    async (scene) => {
      const { reservation, handle } = await scene.launch(scene.open());
      const found = await scene.open().find(reservation, patient());
      assert.ok(found.is === 'found', `it is "${found.is}"`);
      assert.deepEqual(stored(found.handle), handle);
    },
  ),
  sceneClause('EX-FIND-02', 'A reservation that was not started is "never-started", for other instances too.', async (scene) => {
    const executor = scene.open();
    const reservation = await scene.reserve(executor);
    assert.deepEqual(await executor.find(reservation, patient()), { is: 'never-started' });
    assert.deepEqual(await scene.open().find(reservation, patient()), { is: 'never-started' });
  }),
  sceneClause('EX-FIND-03', 'A worker that died is "gone", with a cause, and is not started anew in its place.', async (scene) => {
    const executor = scene.open();
    const { reservation, handle } = await scene.launch(executor);
    await scene.context.kill(handle);
    const found = await eventually<Extract<Found, { is: 'gone' }>>('the worker is gone', async () => {
      const answer = await executor.find(reservation, patient());
      return answer.is === 'gone' ? answer : undefined;
    });
    assert.match(found.cause.code, /^[A-Z]/);
    assert.ok(found.cause.message);
    const handleAfter = await scene.start(executor, reservation).catch(() => handle);
    assert.deepEqual(handleAfter, handle);
    assert.notEqual((await executor.find(reservation, patient())).is, 'found');
  }),
  sceneClause(
    'EX-FIND-04',
    'A worker that was stopped is "gone"; one that was stopped before its start is "never-started".',
    async (scene) => {
      const executor = scene.open();
      const { reservation } = await scene.launch(executor);
      const waiting = await scene.reserve(executor);
      for (const each of [reservation, waiting]) await executor.stop(each, { graceMs: 0 }, patient());
      assert.equal((await scene.open().find(reservation, patient())).is, 'gone');
      assert.equal((await scene.open().find(waiting, patient())).is, 'never-started');
    },
  ),
  sceneClause(
    'EX-FIND-05',
    'Where a place cannot be reached, a worker is "unknown", with the reason, and found again later.',
    async (scene) => {
      if (!scene.context.cutOff) return { notClaimed: 'this place cannot be cut off' };
      const executor = scene.open();
      const { reservation, handle } = await scene.launch(executor);
      await scene.context.cutOff(true);
      const found = await executor.find(reservation, patient());
      const again = await scene.start(scene.open(), reservation).catch(() => undefined);
      await scene.context.cutOff(false);
      assert.ok(found.is === 'unknown' && found.reason, `it is "${found.is}"`);
      assert.deepEqual(again ?? handle, handle);
      assert.equal((await executor.find(reservation, patient())).is, 'found');
      return undefined;
    },
  ),
];

/** How workers come to be, and how they are found after a crash. */
export const startClauses: readonly Clause<ExecutorContext>[] = [...starts, ...finds];
