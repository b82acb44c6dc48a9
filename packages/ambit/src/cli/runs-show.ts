import { runDetails } from '../record/run-document.ts';
import { wholeRecord } from '../record/whole-record.ts';
import { readRun } from '../record/run-record.ts';
import { runScreen } from '../view/run-screen.ts';
import { EXIT } from './exit-code.ts';
import { findRun } from './find-run.ts';
import type { Invocation } from './invocation.ts';
import { withRuns } from './with-runs.ts';

/** `ambit runs show [RUN]`. */
export function showRun({ terminal, words }: Invocation): Promise<number> {
  return withRuns(terminal, async (runs) => {
    const summary = await findRun(runs, words[0] ?? '@last', terminal.gone);
    const record = await wholeRecord(await readRun(runs, summary, terminal.gone));
    terminal.out(terminal.flags.json ? JSON.stringify(runDetails(record)) : runScreen(record, terminal.outColors));
    return EXIT.ok;
  });
}
