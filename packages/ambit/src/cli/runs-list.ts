import type { RunSummary } from '@ambit/plugin-api';
import { openProject } from './open-project.ts';
import { EXIT } from './exit-code.ts';
import type { Invocation } from './program.ts';
import { usageError } from './usage-error.ts';

/** `ambit runs list`. */
export async function listRuns({ terminal, options }: Invocation): Promise<number> {
  const limit = Number(options['limit'] ?? 20);
  if (!Number.isSafeInteger(limit) || limit < 1)
    throw usageError(`--limit is ${String(options['limit'])}.`, 'Give a whole number above 0.');
  const { app } = await openProject(terminal, undefined);
  try {
    await app.runs.open();
    const { status } = options;
    const runs: RunSummary[] = [];
    for await (const run of app.runs.list({ limit, ...(typeof status === 'string' && { status }) }, new AbortController().signal))
      runs.push(run);
    if (terminal.flags.json) terminal.out(JSON.stringify({ version: 1, runs: runs.map(listed) }));
    else for (const run of runs) terminal.out(line(run));
    if (runs.length === 0 && !terminal.flags.json) terminal.say('There are no runs here.');
    return EXIT.ok;
  } finally {
    await app.dispose();
  }
}

function listed({ run, task, status, startedAt, endedAt }: RunSummary): object {
  return { run, task, status, startedAt, ...(endedAt !== undefined && { endedAt, durationMs: duration(startedAt, endedAt) }) };
}

function duration(startedAt: string, endedAt: string): number {
  return Date.parse(endedAt) - Date.parse(startedAt);
}

function line({ run, task, status, startedAt, endedAt }: RunSummary): string {
  const took = endedAt === undefined ? '' : `${(duration(startedAt, endedAt) / 1000).toFixed(1)} s`;
  return [run.padEnd(24), status.padEnd(12), startedAt.slice(0, 19).replace('T', ' '), took.padStart(9), task].join('  ');
}
