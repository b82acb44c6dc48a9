import { userInfo } from 'node:os';
import { runEnded } from '../record/run-ended.ts';
import { readRun } from '../record/run-record.ts';
import type { RunRecord } from '../record/run-record.ts';
import { EXIT } from './exit-code.ts';
import { findRun } from './find-run.ts';
import { textOf } from './global-flags.ts';
import type { Invocation } from './invocation.ts';
import { cancelLines } from './report-run.ts';
import type { Terminal } from './terminal.ts';
import { withRuns } from './with-runs.ts';

/** `ambit runs cancel RUN`. */
export function cancelRun({ terminal, words, said }: Invocation): Promise<number> {
  return withRuns(terminal, async (runs) => {
    const summary = await findRun(runs, words[0] ?? '@last', terminal.gone);
    const { run, status } = summary;
    if (status === 'running') {
      const by = userName();
      await runs.request(run, { type: 'cancel', reason: textOf(said, 'reason') ?? `${by} cancelled it`, by });
    }
    const isOver = await runEnded(runs, run, terminal.gone);
    return report(await readRun(runs, summary, terminal.gone), isOver, terminal);
  });
}

function report(record: RunRecord, isOver: boolean, terminal: Terminal): number {
  const { run, end, stops } = record;
  const confirmed = isOver && (end?.cancel?.confirmed ?? true);
  const evidence = end?.cancel?.evidence ?? stops;
  if (terminal.flags.json) terminal.out(JSON.stringify({ version: 1, run, confirmed, evidence }));
  else if (!isOver) terminal.say(`The run ${run} has no engine any more that could cancel it; its workers end by themselves.`);
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
