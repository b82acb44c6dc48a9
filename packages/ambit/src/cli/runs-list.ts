import type { RunStore, RunSummary } from '@ambit/plugin-api';
import { milliseconds } from '../view/milliseconds.ts';
import { EXIT } from './exit-code.ts';
import type { Said } from './global-flags.ts';
import { textOf } from './global-flags.ts';
import type { Invocation } from './invocation.ts';
import { usageError } from './usage-error.ts';
import type { Colors } from './terminal.ts';
import { withRuns } from './with-runs.ts';

/** `ambit runs list`. */
export function listRuns({ terminal, said }: Invocation): Promise<number> {
  const limit = limitOf(said);
  const status = textOf(said, 'status');
  return withRuns(terminal, async (store) => {
    const runs: RunSummary[] = [];
    for await (const run of store.list({ limit, ...(status !== undefined && { status }) }, terminal.gone)) runs.push(run);
    if (terminal.flags.json) terminal.out(JSON.stringify({ version: 1, runs: await documents(store, runs, terminal.gone) }));
    else if (runs.length > 0) terminal.out(table(runs, terminal.outColors));
    else terminal.say(status === undefined ? 'There are no runs here.' : `There are no runs here that are ${status}.`);
    return EXIT.ok;
  });
}

function limitOf({ limit = '20' }: Said): number {
  const count = Number(limit);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw usageError(`--limit is ${String(limit)}.`, 'Give a whole number above 0.');
}

function documents(store: RunStore, runs: readonly RunSummary[], signal: AbortSignal): Promise<object[]> {
  return Promise.all(
    runs.map(async ({ run, task, status, startedAt, endedAt }) => {
      const ended = endedAt !== undefined && { endedAt, durationMs: duration(startedAt, endedAt) };
      return { run, task, status, startedAt, ...ended, tags: await tagsOf(store, run, signal) };
    }),
  );
}

async function tagsOf(store: RunStore, run: string, signal: AbortSignal): Promise<unknown> {
  for await (const { data } of store.read(run, { types: ['run.created'] }, signal)) return (data as { readonly tags?: unknown }).tags ?? {};
  return {};
}

function duration(startedAt: string, endedAt: string): number {
  return Date.parse(endedAt) - Date.parse(startedAt);
}

function table(runs: readonly RunSummary[], colors: Colors): string {
  const rows = runs.map(({ run, task, status, startedAt, endedAt }) => {
    const took = endedAt === undefined ? '' : milliseconds(duration(startedAt, endedAt));
    return [run, status, startedAt.slice(0, 19).replace('T', ' '), took, task] as const;
  });
  const [runWidth, statusWidth, tookWidth] = [0, 1, 3].map((column) => Math.max(...rows.map((row) => row[column]!.length))) as [
    number,
    number,
    number,
  ];
  return rows
    .map(([run, status, startedAt, took, task]) => {
      const paint = status === 'succeeded' ? colors.green : status === 'failed' ? colors.red : colors.yellow;
      return [run.padEnd(runWidth), paint(status.padEnd(statusWidth)), colors.dim(startedAt), took.padStart(tookWidth), task].join('  ');
    })
    .join('\n');
}
