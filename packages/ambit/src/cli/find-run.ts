import { didYouMean } from '@ambit/core';
import { AmbitError } from '@ambit/plugin-api';
import type { RunStore, RunSummary } from '@ambit/plugin-api';
import { listed } from '../view/listed.ts';

/** A run by its name or a beginning of it that no other has, or `@last`. */
export async function findRun(runs: RunStore, name: string, signal: AbortSignal): Promise<RunSummary> {
  const found: RunSummary[] = [];
  const filter = name === '@last' ? { limit: 1 } : { prefix: name };
  for await (const summary of runs.list(filter, signal)) {
    if (summary.run === name) return summary;
    found.push(summary);
  }
  if (found.length === 1) return found[0]!;
  if (found.length === 0) return await unlisted(runs, name, signal);
  const names = found.map(({ run }) => run);
  throw new AmbitError('AMBIT_RUN_AMBIGUOUS', `${name} may be any of ${listed(names, 5)}.`, {
    hint: 'Write more of the name.',
    facts: { name, candidates: names },
  });
}

/** A run that cannot be read is not listed; reading it says why. */
async function unlisted(runs: RunStore, name: string, signal: AbortSignal): Promise<never> {
  if (name === '@last') throw unknown('There are no runs here.', name);
  const refusal = await readError(runs, name, signal);
  if (AmbitError.is(refusal) && refusal.code !== 'AMBIT_RUN_UNKNOWN') throw refusal;
  const others: string[] = [];
  for await (const { run } of runs.list({ limit: 200 }, signal)) others.push(run);
  throw unknown(`There is no run ${name} here.${didYouMean(name, others)}`, name);
}

async function readError(runs: RunStore, name: string, signal: AbortSignal): Promise<unknown> {
  try {
    for await (const _ of runs.read(name, { types: ['run.created'] }, signal)) break;
    return undefined;
  } catch (error) {
    return error;
  }
}

function unknown(message: string, name: string): AmbitError {
  return new AmbitError('AMBIT_RUN_UNKNOWN', message, { hint: 'ambit runs list shows those of this project.', facts: { name } });
}
