import assert from 'node:assert/strict';
import type { Found } from '@ambit/plugin-api';
import type { Clause } from './clause.ts';
import type { ExecutorContext } from './contexts.ts';
import { sceneClause, stored } from './executor-scene.ts';
import { collect, eventually, patient, refuses } from './expect.ts';

/** From the reservation to the worker, and finding both again. */
export const lifeClauses: readonly Clause<ExecutorContext>[] = [
  sceneClause(
    'EX-DESCRIBE-01',
    'What an executor says of itself is the same each time and on every instance, with at least one platform, location and runtime.',
    async (scene) => {
      const description = await scene.open().describe(patient());
      assert.deepEqual(await scene.open().describe(patient()), description);
      for (const list of [description.platforms, description.accepts, description.runtime]) assert.ok(list.length > 0);
    },
  ),
  sceneClause('EX-PREFLIGHT-01', 'A request that fits is found to be without error before anything is built.', async (scene) => {
    const findings = await scene.open().preflight([scene.request()], patient());
    assert.deepEqual(
      findings.filter((finding) => finding.severity === 'error'),
      [],
    );
  }),
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
    const memory = { request: capacity.memory * 2, limit: capacity.memory * 2 };
    const answer = await scene.ask(executor, scene.request({ resources: { cpu: { request: 1 }, memory } }));
    assert.ok(answer.outcome === 'never', `the answer is "${answer.outcome}"`);
    assert.ok(answer.reason && answer.hint);
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
];
