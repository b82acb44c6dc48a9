import assert from 'node:assert/strict';
import { collect, eventually, first, patient, refuses, settles } from './expect.ts';
import { clause } from './clause.ts';
import type { Clause } from './clause.ts';
import type { RunStoreContext } from './contexts.ts';
import { event, take } from './run-store-steps.ts';

/** What those who do not own a run ask of its owner. */
export const requestClauses: readonly Clause<RunStoreContext>[] = [
  clause('RS-REQUEST-01', 'Requests of others reach the owner in order, those made before it listened too, each once.', async (context) => {
    const [owner, other] = [context.open(), context.open()];
    const epoch = await take(owner, 'run-a');
    await other.request('run-a', { type: 'signal', name: 'go', value: { n: 1 } });
    const stop = new AbortController();
    const seen: { type: string; data: unknown }[] = [];
    const listening = (async () => {
      for await (const { type, data } of owner.requests('run-a', epoch, stop.signal)) seen.push({ type, data });
    })();
    await eventually('the first request', async () => seen.length >= 1 || undefined);
    await other.request('run-a', { type: 'cancel', reason: 'enough', by: 'somebody' });
    await owner.request('run-a', { type: 'signal', name: 'go', value: 2 });
    await eventually('the later requests', async () => seen.length >= 3 || undefined);
    stop.abort();
    await settles('the end of listening', listening);
    assert.deepEqual(seen, [
      { type: 'signal', data: { name: 'go', value: { n: 1 } } },
      { type: 'cancel', data: { reason: 'enough', by: 'somebody' } },
      { type: 'signal', data: { name: 'go', value: 2 } },
    ]);
  }),
  clause('RS-REQUEST-02', 'A request that the owner had no time to take is given to the next owner, with the same id.', async (context) => {
    const [one, other] = [context.open(), context.open()];
    const epoch = await take(one, 'run-a');
    for (const name of ['first', 'second']) await other.request('run-a', { type: 'signal', name, value: null });
    const taken: string[] = [];
    const ids: string[] = [];
    for await (const request of one.requests('run-a', epoch, patient())) {
      ids.push(request.id);
      taken.push((request.data as { name: string }).name);
      if (taken.length === 2) break;
    }
    await one.release('run-a', epoch);
    const next = await take(other, 'run-a', { holder: 'second' });
    const request = await first(other.requests('run-a', next, patient()));
    assert.deepEqual({ id: request.id, data: request.data }, { id: ids[1], data: { name: 'second', value: null } });
    assert.deepEqual(taken, ['first', 'second']);
  }),
  clause('RS-REQUEST-03', 'A request reaches the owner of its run, and no other.', async (context) => {
    const [store, other] = [context.open(), context.open()];
    const [one, two] = [await take(store, 'run-a'), await take(store, 'run-b')];
    await other.request('run-b', { type: 'cancel', reason: 'for b', by: 'somebody' });
    await other.request('run-a', { type: 'cancel', reason: 'for a', by: 'somebody' });
    const taken = async (run: string, epoch: number): Promise<unknown> => (await first(store.requests(run, epoch, patient()))).data;
    assert.deepEqual(await taken('run-a', one), { reason: 'for a', by: 'somebody' });
    assert.deepEqual(await taken('run-b', two), { reason: 'for b', by: 'somebody' });
  }),
  clause('RS-REQUEST-04', 'Who loses the lease while it listens is given no more: AMBIT_RUN_NOT_OWNER.', async (context) => {
    const [store, other] = [context.open(), context.open()];
    const epoch = await take(store, 'run-a');
    const listening = collect(store.requests('run-a', epoch, patient()));
    listening.catch(() => undefined);
    await other.release('run-a', epoch);
    await take(other, 'run-a', { holder: 'second' });
    await other.request('run-a', { type: 'cancel', reason: 'enough', by: 'somebody' });
    await refuses(settles('the end of listening', listening), 'AMBIT_RUN_NOT_OWNER');
  }),
  clause('RS-REQUEST-05', 'A request is no event of the run until its owner makes one of it.', async (context) => {
    const [store, other] = [context.open(), context.open()];
    const epoch = await take(store, 'run-a');
    await other.request('run-a', { type: 'signal', name: 'go', value: 1 });
    assert.deepEqual(await collect(other.read('run-a', {}, patient())), []);
    assert.deepEqual(await store.append('run-a', epoch, [event('signal.taken')]), { seq: 1 });
  }),
];
