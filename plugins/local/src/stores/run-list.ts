import { randomUUID } from 'node:crypto';
import { readFile, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunFilter, RunSummary } from '@ambit/plugin-api';
import type { RunRow } from './run-file.ts';

/** What is kept of an ended run, as long as its file is the same. */
interface Kept {
  readonly summary: RunSummary;
  readonly stamp: string;
}

const extension = '.db';
/** Of the form of what is kept. */
const KEPT_VERSION = 2;

/** A run's summary, as of now. */
export function summaryOf(run: string, row: RunRow, now: number): RunSummary {
  const holder = row.holder !== null && row.lease_end > now ? row.holder : undefined;
  return {
    run,
    task: row.task,
    tags: JSON.parse(row.tags) as RunSummary['tags'],
    status: row.status ?? (holder === undefined ? 'interrupted' : 'running'),
    startedAt: row.started_at,
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
    ...(holder === undefined ? {} : { holder }),
  };
}

/**
 * All runs of a folder whose names begin so. Those that have ended do not change: their summaries are kept in one file beside them, each with
 * the stamp of the run's file, so that run files may be copied in and deleted by hand and the kept file be lost.
 */
export async function listRuns(
  directory: string,
  prefix: string,
  look: (run: string) => Promise<RunSummary | undefined>,
): Promise<RunSummary[]> {
  const path = join(directory, '.summaries.json');
  const kept = await readKept(path);
  const names = (await readdir(directory)).filter((name) => name.endsWith(extension)).map((name) => name.slice(0, -extension.length));
  const next = new Map<string, Kept>();
  const listed = await Promise.all(
    names.map(async (run) => {
      if (!run.startsWith(prefix)) {
        const other = kept.get(run);
        if (other) next.set(run, other);
        return undefined;
      }
      const stamp = await stampOf(join(directory, `${run}${extension}`));
      const known = kept.get(run);
      const summary = known?.stamp === stamp ? known.summary : await look(run);
      if (summary?.endedAt !== undefined && summary.holder === undefined) next.set(run, { summary, stamp });
      return summary;
    }),
  );
  const changed = next.size !== kept.size || [...next].some(([run, entry]) => kept.get(run)?.stamp !== entry.stamp);
  if (changed) await writeKept(path, next);
  return listed.filter((each) => each !== undefined);
}

async function stampOf(file: string): Promise<string> {
  const facts = await stat(file).catch(() => undefined);
  return facts ? `${KEPT_VERSION}:${facts.ino}:${facts.size}:${facts.mtimeMs}` : '';
}

async function readKept(path: string): Promise<Map<string, Kept>> {
  try {
    return new Map(Object.entries(JSON.parse(await readFile(path, 'utf8')) as Record<string, Kept>));
  } catch {
    return new Map();
  }
}

async function writeKept(path: string, kept: ReadonlyMap<string, Kept>): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(Object.fromEntries(kept)));
  await rename(draft, path);
}

export function selectRuns(runs: readonly RunSummary[], filter: RunFilter): readonly RunSummary[] {
  return runs
    .filter((summary) => fits(summary, filter))
    .sort((a, b) => (a.startedAt === b.startedAt ? a.run.localeCompare(b.run) : a.startedAt < b.startedAt ? 1 : -1))
    .slice(0, filter.limit);
}

function fits(summary: RunSummary, filter: RunFilter): boolean {
  return (
    (filter.status === undefined || summary.status === filter.status) &&
    (filter.task === undefined || summary.task === filter.task) &&
    (filter.prefix === undefined || summary.run.startsWith(filter.prefix)) &&
    (filter.before === undefined || summary.startedAt < filter.before) &&
    Object.entries(filter.tags ?? {}).every(([name, value]) => summary.tags[name] === value)
  );
}
