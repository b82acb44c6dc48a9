import type { RunSummary } from '@ambit/plugin-api';
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
    if (terminal.flags.json) terminal.out(JSON.stringify({ version: 1, runs: runs.map(documentOf) }));
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

function documentOf({ run, task, status, startedAt, endedAt, tags }: RunSummary): object {
  const ended = endedAt !== undefined && { endedAt, durationMs: duration(startedAt, endedAt) };
  return { run, task, status, startedAt, ...ended, tags };
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
