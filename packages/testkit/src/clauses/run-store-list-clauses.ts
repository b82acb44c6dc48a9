import assert from 'node:assert/strict';
import { collect, eventually, first, patient, refuses } from './expect.ts';
import { clause } from './clause.ts';
import type { Clause } from './clause.ts';
import type { RunStoreContext } from './contexts.ts';
import { create, ended, event, take, types } from './run-store-steps.ts';

/** Which runs there are. */
export const listClauses: readonly Clause<RunStoreContext>[] = [
  clause('RS-LIST-01', 'Runs are listed newest first, with task, tags, times, status and holder.', async (context) => {
    const [store, other] = [context.open(), context.open()];
    const days = ['02', '03', '01'].map((day) => `2026-01-${day}T00:00:00.000Z`);
    const [two = '', three = '', one = ''] = days;
    const second = await take(store, 'second', { create: create({ startedAt: two, task: 'a.b', tags: { team: 'blue' } }) });
    await take(store, 'third', { create: create({ startedAt: three }), holder: 'me' });
    const oldest = await take(store, 'oldest', { create: create({ startedAt: one }) });
    await store.append('second', second, [ended('failed')]);
    await store.release('second', second);
    await store.release('oldest', oldest);
    assert.deepEqual(await collect(other.list({}, patient())), [
      { run: 'third', task: 'main.run', tags: {}, status: 'running', startedAt: three, holder: 'me' },
      { run: 'second', task: 'a.b', tags: { team: 'blue' }, status: 'failed', startedAt: two, endedAt: ended().at },
      { run: 'oldest', task: 'main.run', tags: {}, status: 'interrupted', startedAt: one },
    ]);
  }),
  clause('RS-LIST-02', 'A list keeps to task, tags, prefix, status, time and number.', async (context) => {
    const store = context.open();
    for (const [index, name] of ['red-1', 'red-2', 'blue-1', 'blue-2'].entries()) {
      const tags = { team: name.startsWith('red') ? 'red' : 'blue', nr: name.slice(-1) };
      const epoch = await take(store, name, {
        create: create({ tags, task: `t.${index}`, startedAt: `2026-01-0${index + 1}T00:00:00.000Z` }),
      });
      if (index % 2 === 0) await store.append(name, epoch, [ended()]);
    }
    const listed = async (filter: Parameters<typeof store.list>[0]): Promise<string[]> =>
      (await collect(store.list(filter, patient()))).map((each) => each.run);
    assert.deepEqual(await listed({ task: 't.1' }), ['red-2']);
    assert.deepEqual(await listed({ tags: { team: 'blue' } }), ['blue-2', 'blue-1']);
    assert.deepEqual(await listed({ tags: { team: 'blue', nr: '1' } }), ['blue-1']);
    assert.deepEqual(await listed({ prefix: 'red' }), ['red-2', 'red-1']);
    assert.deepEqual(await listed({ status: 'succeeded' }), ['blue-1', 'red-1']);
    assert.deepEqual(await listed({ status: 'running', limit: 1 }), ['blue-2']);
    assert.deepEqual(await listed({ before: '2026-01-03T00:00:00.000Z' }), ['red-2', 'red-1']);
    assert.deepEqual(await listed({ limit: 2 }), ['blue-2', 'blue-1']);
  }),
  clause('RS-DELETE-01', 'A deleted run is gone for every handle, and its name may be used again from the start.', async (context) => {
    const [store, other] = [context.open(), context.open()];
    const epoch = await take(store, 'run-a');
    await take(store, 'run-b');
    await store.append('run-a', epoch, [event('a')]);
    await store.writeLog('run-a', epoch, 'x', 'stdout', Buffer.from('text'), new Date());
    await collect(other.read('run-a', {}, patient()));
    await store.delete('run-a', patient());
    await refuses(collect(other.read('run-a', {}, patient())), 'AMBIT_RUN_UNKNOWN');
    assert.equal((await first(other.list({}, patient()))).run, 'run-b');
    const again = await take(other, 'run-a');
    assert.deepEqual(await other.append('run-a', again, [event('b')]), { seq: 1 });
    assert.deepEqual(types(await collect(store.read('run-a', {}, patient()))), ['b']);
    assert.deepEqual(await collect(store.readLog('run-a', {}, patient())), []);
  }),
  clause(
    'RS-LIST-03',
    'A run whose lease has expired is "interrupted", and has no holder; one that goes on is "running" again.',
    async (context) => {
      const [store, other] = [context.open(), context.open()];
      await take(store, 'run-a', { ttlMs: 1 });
      const shown = await eventually('it is interrupted', async () => {
        const run = await first(other.list({}, patient()));
        return run.status === 'interrupted' ? run : undefined;
      });
      assert.equal(shown.holder, undefined);
      await take(other, 'run-a', { holder: 'second' });
      const { status, holder } = await first(store.list({ status: 'running' }, patient()));
      assert.deepEqual([status, holder], ['running', 'second']);
    },
  ),
  clause(
    'RS-LIST-04',
    'A run that is there is made no second time: its task, tags, start and record stay as they are.',
    async (context) => {
      const [store, other] = [context.open(), context.open()];
      const made = create({ task: 'a.first', tags: { nr: '1' } });
      const epoch = await take(store, 'run-a', { create: made });
      await store.append('run-a', epoch, [event('a')]);
      await store.release('run-a', epoch);
      const again = await take(other, 'run-a', {
        create: create({ task: 'b.second', tags: { nr: '2' }, startedAt: '2026-02-02T00:00:00.000Z' }),
      });
      assert.deepEqual(await other.append('run-a', again, [event('b')]), { seq: 2 });
      const [run] = await collect(store.list({ tags: { nr: '1' } }, patient()));
      assert.deepEqual([run?.task, run?.startedAt], ['a.first', '2026-01-01T00:00:00.000Z']);
      assert.deepEqual(await collect(store.list({ tags: { nr: '2' } }, patient())), []);
    },
  ),
  clause('RS-DELETE-02', 'Deleting a run leaves the others as they are: record, logs and lease.', async (context) => {
    const [store, other] = [context.open(), context.open()];
    const kept = await take(store, 'run-a');
    await store.append('run-a', kept, [event('a')]);
    await store.writeLog('run-a', kept, 'x', 'stdout', Buffer.from('text'), new Date());
    await take(store, 'run-ab');
    await other.delete('run-ab', patient());
    assert.deepEqual(await store.append('run-a', kept, [event('b')]), { seq: 2 });
    assert.deepEqual(types(await collect(other.read('run-a', {}, patient()))), ['a', 'b']);
    assert.equal((await collect(other.readLog('run-a', {}, patient()))).length, 1);
  }),
];
