import { runDetails } from '../record/run-document.ts';
import { readRun } from '../record/run-record.ts';
import { runScreen } from '../view/run-screen.ts';
import { EXIT } from './exit-code.ts';
import { findRun } from './find-run.ts';
import { openProject } from './open-project.ts';
import type { Invocation } from './program.ts';

/** `ambit runs show [RUN]`. */
export async function showRun({ terminal, words }: Invocation): Promise<number> {
  const { app } = await openProject(terminal, undefined);
  try {
    const run = await findRun(app.runs, words[0] ?? '@last');
    const record = await readRun(app.runs, run, new AbortController().signal);
    terminal.out(terminal.flags.json ? JSON.stringify(runDetails(record)) : runScreen(record, terminal.colors));
    return EXIT.ok;
  } finally {
    await app.dispose();
  }
}
