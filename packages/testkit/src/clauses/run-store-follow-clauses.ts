import assert from 'node:assert/strict';
import type { RunEvent } from '@ambit/plugin-api';
import { collect, eventually, patient, refuses, settles } from './expect.ts';
import { clause } from './clause.ts';
import type { Clause } from './clause.ts';
import type { RunStoreContext } from './contexts.ts';
import { ended, event, take, types } from './run-store-steps.ts';

/** How a record is followed while it grows. */
export const followClauses: readonly Clause<RunStoreContext>[] = [
  clause('RS-FOLLOW-01', 'Following gives what is there, then what comes, of any handle, and ends after run.ended.', async (context) => {
    const [writer, reader] = [context.open(), context.open()];
    const epoch = await take(writer, 'run-a');
    await writer.append('run-a', epoch, [event('a'), event('b')]);
    const seen: RunEvent[] = [];
    const following = (async () => {
      for await (const each of reader.follow('run-a', 2, patient())) seen.push(each);
    })();
    await eventually('the present is read', async () => seen.length >= 1 || undefined);
    await writer.append('run-a', epoch, [event('c')]);
    await eventually('the later one comes', async () => seen.length >= 2 || undefined);
    await writer.append('run-a', epoch, [event('d'), ended()]);
    await settles('the end of following', following);
    assert.deepEqual(types(seen), ['b', 'c', 'd', 'run.ended']);
    assert.deepEqual(
      seen.map((each) => each.seq),
      [2, 3, 4, 5],
    );
    assert.deepEqual(types(await collect(reader.follow('run-a', 4, patient()))), ['d', 'run.ended']);
  }),
  clause('RS-FOLLOW-02', 'Following ends by abort, without an error.', async (context) => {
    const store = context.open();
    const epoch = await take(store, 'run-a');
    await store.append('run-a', epoch, [event('a')]);
    const stop = new AbortController();
    const seen: string[] = [];
    for await (const each of store.follow('run-a', 1, stop.signal)) {
      seen.push(each.type);
      setTimeout(() => stop.abort(), 1);
    }
    assert.deepEqual(seen, ['a']);
  }),
  clause('RS-FOLLOW-03', 'Who follows from beyond the present is given only what comes there.', async (context) => {
    const store = context.open();
    const epoch = await take(store, 'run-a');
    await store.append('run-a', epoch, [event('a'), event('b')]);
    const following = collect(store.follow('run-a', 5, patient()));
    await store.append('run-a', epoch, [event('c'), event('d')]);
    await store.append('run-a', epoch, [event('e'), ended()]);
    assert.deepEqual(
      (await settles('the end of following', following)).map((each) => each.seq),
      [5, 6],
    );
  }),
  clause('RS-FOLLOW-04', 'Following goes on when another takes the run over.', async (context) => {
    const [one, other] = [context.open(), context.open()];
    const old = await take(one, 'run-a');
    const following = collect(context.open().follow('run-a', 1, patient()));
    await one.append('run-a', old, [event('a')]);
    await one.release('run-a', old);
    const epoch = await take(other, 'run-a', { holder: 'second' });
    await other.append('run-a', epoch, [event('b'), ended()]);
    assert.deepEqual(types(await settles('the end of following', following)), ['a', 'b', 'run.ended']);
  }),
  clause('RS-FOLLOW-05', 'Several who follow are given everything, each at its own pace.', async (context) => {
    const [writer, reader] = [context.open(), context.open()];
    const epoch = await take(writer, 'run-a');
    const made = Array.from({ length: 300 }, (_, index) => event(`${index}`));
    const slowly = async (): Promise<string[]> => {
      const seen: string[] = [];
      for await (const each of reader.follow('run-a', 1, patient())) {
        seen.push(each.type);
        if (seen.length % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      }
      return seen;
    };
    const following = [slowly(), slowly(), collect(reader.follow('run-a', 1, patient())).then(types)];
    for (let at = 0; at < made.length; at += 30) await writer.append('run-a', epoch, made.slice(at, at + 30));
    await writer.append('run-a', epoch, [ended()]);
    const expected = [...types(made), 'run.ended'];
    for (const seen of await settles('the end of following', Promise.all(following))) assert.deepEqual(seen, expected);
  }),
  clause('RS-FOLLOW-06', 'Who follows a run that is deleted is told so: AMBIT_RUN_UNKNOWN.', async (context) => {
    const [store, other] = [context.open(), context.open()];
    const epoch = await take(store, 'run-a');
    await store.append('run-a', epoch, [event('a')]);
    let seen = 0;
    const following = (async () => {
      for await (const _ of other.follow('run-a', 1, patient())) seen += 1;
    })();
    await eventually('the present is read', async () => seen === 1 || undefined);
    await store.delete('run-a', patient());
    await refuses(settles('the end of following', following), 'AMBIT_RUN_UNKNOWN');
  }),
];
