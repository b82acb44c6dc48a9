import { logLines } from '../record/log-lines.ts';
import { EXIT } from './exit-code.ts';
import { findRun } from './find-run.ts';
import { openProject } from './open-project.ts';
import type { Invocation } from './program.ts';

/** `ambit runs logs [RUN]`. */
export async function printLogs({ terminal, words, options }: Invocation): Promise<number> {
  const { app } = await openProject(terminal, undefined);
  const { action, follow } = options;
  try {
    const run = await findRun(app.runs, words[0] ?? '@last');
    const wanted = { ...(typeof action === 'string' && { action }), follow: follow === true };
    for await (const line of logLines(app.runs, run, wanted, new AbortController().signal))
      terminal.out(terminal.flags.json ? JSON.stringify({ ...line, at: line.at.toISOString() }) : line.text);
    return EXIT.ok;
  } finally {
    await app.dispose();
  }
}
