import { userInfo } from 'node:os';
import type { LeftRunCancel } from '@ambit/engine';
import { runEnded } from '../record/run-ended.ts';
import { readRun } from '../record/run-record.ts';
import type { RunRecord } from '../record/run-record.ts';
import { EXIT } from './exit-code.ts';
import { findRun } from './find-run.ts';
import { textOf } from './global-flags.ts';
import type { Invocation } from './invocation.ts';
import { openProject } from './open-project.ts';
import { cancelLines, evidenceLines } from './report-run.ts';
import type { Terminal } from './terminal.ts';
import { withRuns } from './with-runs.ts';

/** `ambit runs cancel RUN`. */
export function cancelRun({ terminal, words, said }: Invocation): Promise<number> {
  return withRuns(terminal, async (runs) => {
    const { run } = await findRun(runs, words[0] ?? '@last', terminal.gone);
    const by = userName();
    const reason = textOf(said, 'reason') ?? `${by} cancelled it`;
    for (;;) {
      const summary = await findRun(runs, run, terminal.gone);
      if (summary.status === 'running') await runs.request(run, { type: 'cancel', reason, by });
      const isOver = await runEnded(runs, run, terminal.gone);
      const left = isOver ? undefined : await cancelLeft(run, reason, terminal);
      // Another engine has taken it meanwhile: it is asked.
      if (left?.outcome === 'held') continue;
      if (left?.outcome === 'unreachable') return reportUnreachable(run, left, terminal);
      return report(await readRun(runs, summary, terminal.gone), terminal);
    }
  });
}

/** Cancels a run whose engine is gone, with the executors of the project's configuration. */
async function cancelLeft(run: string, reason: string, terminal: Terminal): Promise<LeftRunCancel> {
  const { app } = await openProject(terminal, 'package.json', {});
  try {
    await app.runs.open();
    return await app.engine.cancelLeft(run, reason, terminal.gone);
  } finally {
    await app.dispose();
  }
}

type Unreachable = Extract<LeftRunCancel, { readonly confirmed: boolean }>;

function reportUnreachable(run: string, { confirmed, evidence }: Unreachable, terminal: Terminal): number {
  if (terminal.flags.json) terminal.out(JSON.stringify({ version: 1, run, confirmed, evidence }));
  else
    for (const line of [
      `The run ${run} has no engine any more, and some of its workers may still run. Cancel it again when they can be reached:`,
      ...evidenceLines(evidence, terminal.colors),
    ])
      terminal.say(line);
  return EXIT.unconfirmed;
}

function report(record: RunRecord, terminal: Terminal): number {
  const { run, end, stops } = record;
  const confirmed = end?.cancel?.confirmed ?? true;
  const evidence = end?.cancel?.evidence ?? stops;
  if (terminal.flags.json) terminal.out(JSON.stringify({ version: 1, run, confirmed, evidence }));
  else if (end?.status === 'cancelled') for (const line of cancelLines(record, terminal.colors)) terminal.say(line);
  else terminal.say(`The run ${run} was over already: it has ${end?.status ?? 'ended'}.`);
  return confirmed ? EXIT.ok : EXIT.unconfirmed;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'somebody';
  }
}
