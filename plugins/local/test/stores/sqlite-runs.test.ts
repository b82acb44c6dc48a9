import { cp, mkdir, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { NewRunEvent, RunStore, RunSummary } from '@ambit/plugin-api';
import { recordingLogger, testHost } from '@ambit/testkit';
import { sqliteRuns } from '@ambit/local';
import { networkFileSystem } from '../../src/stores/run-directory.ts';
import { sqliteContext } from './store-contexts.ts';

const log = recordingLogger();
const signal = AbortSignal.timeout(60_000);
const ended: NewRunEvent = { at: '2026-01-02T00:00:00.000Z', type: 'run.ended', data: { status: 'succeeded' } };

let context: Awaited<ReturnType<typeof sqliteContext>>;
beforeEach(async () => {
  log.entries.splice(0);
  context = await sqliteContext({ log });
});
afterEach(() => context.dispose());

async function record(store: RunStore, run: string, events: readonly NewRunEvent[] = [ended]): Promise<void> {
  const lease = await store.acquire(
    run,
    { holder: 'test', ttlMs: 60_000, create: { task: 'main.run', startedAt: `2026-01-01T00:00:00.000Z` } },
    signal,
  );
  if (!('epoch' in lease)) throw new Error(`${run} is held`);
  await store.append(run, lease.epoch, events);
  await store.release(run, lease.epoch);
}

async function listed(store: RunStore): Promise<RunSummary[]> {
  const found: RunSummary[] = [];
  for await (const summary of store.list({}, signal)) found.push(summary);
  return found;
}

const names = async (store: RunStore): Promise<string[]> => (await listed(store)).map((each) => each.run);
const file = (run: string): string => join(context.folder, `${run}.db`);

it('keeps a run in one file that can be copied, sent and deleted by hand', async () => {
  const store = context.open();
  await record(store, 'first');
  expect((await readdir(context.folder)).filter((name) => name.startsWith('first'))).toEqual(['first.db']);
  await cp(file('first'), file('copied'));
  expect(await names(store)).toEqual(['copied', 'first']);
  await rm(file('first'));
  expect(await names(store)).toEqual(['copied']);
  await expect(store.append('first', 1, [ended])).rejects.toMatchObject({ code: 'AMBIT_RUN_UNKNOWN' });
  await record(store, 'other', [ended, ended]);
  await cp(file('other'), file('copied'));
  const read: number[] = [];
  for await (const event of store.read('copied', {}, signal)) read.push(event.seq);
  expect(read).toEqual([1, 2]);
});

it('names a damaged file, and lists the others', async () => {
  const store = context.open();
  for (const run of ['good', 'cut', 'text', 'bent']) await record(store, run);
  const bytes = await readFile(file('bent'));
  for (let at = 4096; at < bytes.length; at += 7) bytes[at]! ^= 0x5a;
  await writeFile(file('bent'), bytes);
  await truncate(file('cut'), 5000);
  await writeFile(file('text'), 'this is no database, whatever its name says'.repeat(100));
  for (const run of ['cut', 'text', 'bent']) {
    const refused = (async () => {
      for await (const _ of context.open().read(run, {}, signal)) continue;
    })();
    await expect(refused).rejects.toMatchObject({ code: 'AMBIT_RUN_DAMAGED', facts: { run, file: file(run) } });
  }
  for await (const _ of context.open().list({ prefix: 'cut' }, signal)) continue;
  expect(log.entries).toEqual([]);
  expect(await names(context.open())).toEqual(['good']);
  expect(log.entries.map((entry) => entry.message).join('\n')).toContain(file('text'));
});

it('leaves the file of a newer version alone', async () => {
  const store = context.open();
  await record(store, 'future');
  const bytes = await readFile(file('future'));
  bytes.writeUInt32BE(99, 60);
  await writeFile(file('future'), bytes);
  await expect(store.append('future', 1, [ended])).rejects.toMatchObject({ code: 'AMBIT_RUN_NEWER' });
});

it('takes an empty file, as a crash may leave it, for a run that is not there', async () => {
  await writeFile(file('empty'), '');
  const store = context.open();
  expect(await names(store)).toEqual([]);
  await expect(store.renew('empty', 1)).rejects.toMatchObject({ code: 'AMBIT_RUN_UNKNOWN' });
  await record(store, 'empty');
  expect(await names(store)).toEqual(['empty']);
});

it('refuses names that are no file names', async () => {
  const store = context.open();
  for (const run of ['', '../up', 'a/b', '.hidden', 'x'.repeat(101), 'nul\0']) {
    await expect(record(store, run)).rejects.toMatchObject({ code: 'AMBIT_RUN_NAME' });
  }
  await record(store, 'größe_1.2-3');
  expect(await names(store)).toEqual(['größe_1.2-3']);
});

it('refuses a folder that cannot be one, and knows network file systems', async () => {
  await writeFile(join(context.folder, 'taken'), '');
  const store = sqliteRuns({ directory: join(context.folder, 'taken', 'runs') }).runs(testHost(context.folder));
  await expect(store.open()).rejects.toMatchObject({
    code: 'AMBIT_STORE_DIRECTORY',
    facts: { directory: join(context.folder, 'taken', 'runs') },
  });
  await store.dispose();
  expect(networkFileSystem(0x6969)).toBe('NFS');
  expect(networkFileSystem(0xef53)).toBeUndefined();
});

it('refuses a file that is a folder, with the reason', async () => {
  await mkdir(file('folder'));
  await expect(record(context.open(), 'folder')).rejects.toMatchObject({ code: 'AMBIT_STORE_FAILED' });
});

it('lives in the folder of its instance by default, and keeps its owner', async () => {
  const owners = new Set<string>();
  for (let count = 0; count < 2; count += 1) {
    const store = sqliteRuns().runs(testHost(context.folder));
    await record(store, `run-${count}`);
    owners.add(store.owner);
    await store.dispose();
  }
  expect((await readdir(join(context.folder, 'runs'))).filter((name) => name.endsWith('.db'))).toEqual(['run-0.db', 'run-1.db']);
  expect(owners.size).toBe(1);
});

it('finishes what was asked before it was disposed of, and refuses what comes later', async () => {
  const store = context.open();
  const lease = await store.acquire('run-a', { holder: 'test', ttlMs: 1000, create: {} }, signal);
  expect(lease).toEqual({ epoch: 1 });
  const appended = store.append('run-a', 1, [ended]);
  await store.dispose();
  expect(await appended).toEqual({ seq: 1 });
  await expect(store.append('run-a', 1, [ended])).rejects.toMatchObject({ code: 'AMBIT_STORE_FAILED' });
  expect(await names(context.open())).toEqual(['run-a']);
});

it('lists many runs, more than it keeps open, and sees those that have ended since', async () => {
  const store = context.open();
  const runs = Array.from({ length: 80 }, (_, index) => `run-${String(index).padStart(2, '0')}`);
  await Promise.all(runs.map((run) => record(store, run, [])));
  expect(new Set((await listed(store)).map((each) => each.status))).toEqual(new Set(['interrupted']));
  await Promise.all(runs.map((run) => record(store, run)));
  for (const reader of [store, context.open()]) {
    const summaries = await listed(reader);
    expect(summaries.map((each) => each.run)).toEqual(runs);
    expect(new Set(summaries.map((each) => each.status))).toEqual(new Set(['succeeded']));
  }
});
