import { AmbitError } from '@ambit/plugin-api';
import { runEnded } from '../record/run-ended.ts';
import { findRun } from './find-run.ts';
import type { Invocation } from './invocation.ts';
import { reportRun } from './report-run.ts';
import { withRuns } from './with-runs.ts';

/** `ambit runs wait [RUN]`. */
export function waitForRun({ terminal, words }: Invocation): Promise<number> {
  return withRuns(terminal, async (runs) => {
    const summary = await findRun(runs, words[0] ?? '@last', terminal.gone);
    const { run, status } = summary;
    if (status === 'running' && terminal.flags.verbosity !== 'quiet') terminal.say(terminal.colors.dim(`Waiting for ${run}.`));
    if (await runEnded(runs, run, terminal.gone)) return reportRun(runs, summary, terminal);
    throw new AmbitError('AMBIT_RUN_INTERRUPTED', `The run ${run} has not ended, and its engine is gone.`, {
      hint: `Start its task again; ambit runs show ${run} has what it did.`,
      facts: { run },
    });
  });
}
