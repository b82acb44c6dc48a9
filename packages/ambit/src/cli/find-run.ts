import { AmbitError } from '@ambit/plugin-api';
import type { RunStore } from '@ambit/plugin-api';

const many = new AbortController().signal;

/** A run by its name or a beginning of it that no other has, or `@last`. */
export async function findRun(runs: RunStore, name: string): Promise<string> {
  await runs.open();
  const found: string[] = [];
  const filter = name === '@last' ? { limit: 1 } : { prefix: name, limit: 20 };
  for await (const { run } of runs.list(filter, many)) {
    if (run === name) return run;
    found.push(run);
  }
  if (found.length === 1) return found[0]!;
  if (found.length > 1)
    throw new AmbitError('AMBIT_RUN_AMBIGUOUS', `${name} may be any of ${found.join(', ')}.`, {
      hint: 'Write more of the name.',
      facts: { name, candidates: found },
    });
  throw new AmbitError('AMBIT_RUN_UNKNOWN', name === '@last' ? 'There are no runs here.' : `There is no run ${name} here.`, {
    hint: 'ambit runs list shows those of this project.',
    facts: { name },
  });
}
