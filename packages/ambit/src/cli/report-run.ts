import type { StopEvidence } from '@ambit/engine';
import type { RunStore, RunSummary } from '@ambit/plugin-api';
import { resultOf, runDocument } from '../record/run-document.ts';
import { wholeEnd } from '../record/whole-record.ts';
import { readRun } from '../record/run-record.ts';
import type { RunRecord } from '../record/run-record.ts';
import { sayError } from './error-report.ts';
import { EXIT, exitCodeOfFailure } from './exit-code.ts';
import type { Colors, Terminal } from './terminal.ts';

/** Prints how a run ended, read back from its record, and returns the exit code. `seq` is that of the event before, for programs. */
export async function reportRun(
  runs: RunStore,
  run: Pick<RunSummary, 'run' | 'status' | 'startedAt'>,
  terminal: Terminal,
  seq = 0,
): Promise<number> {
  const record = await wholeEnd(await readRun(runs, run, new AbortController().signal));
  const { json } = terminal.flags;
  const document = json && runDocument(record);
  if (json === 'events') terminal.out(JSON.stringify({ seq: seq + 1, at: record.endedAt, type: 'run.ended', run: document }));
  else if (json) terminal.out(JSON.stringify(document));
  else if (record.end?.status === 'succeeded') printResult(record.end.value, terminal);
  if (record.end?.error) sayError(record.end.error, terminal);
  return endCode(record, terminal);
}

/** Strings raw, else JSON; nothing where the task returned nothing. */
function printResult(encoded: string | undefined, terminal: Terminal): void {
  const result = encoded === undefined ? undefined : resultOf(encoded);
  if (result === undefined) return;
  terminal.out(typeof result === 'string' ? result : JSON.stringify(result));
}

function endCode(record: RunRecord, terminal: Terminal): number {
  const { end, run } = record;
  if (end?.status === 'succeeded') return EXIT.ok;
  if (end?.status === 'failed') {
    terminal.say(terminal.colors.dim(`    ambit runs show ${run}`));
    return end.error ? exitCodeOfFailure(end.error) : EXIT.infrastructure;
  }
  for (const line of cancelLines(record, terminal.colors)) terminal.say(line);
  return end?.cancel?.confirmed ? EXIT.cancelled : EXIT.unconfirmed;
}

/** That a run was cancelled, why, and what proves that it has stopped. */
export function cancelLines({ run, end }: RunRecord, colors: Colors): readonly string[] {
  const reason = end?.reason === undefined ? '' : `: ${end.reason}`;
  const certainty = end?.cancel?.confirmed ? 'All that it started has stopped' : 'It is not certain that all of it has stopped';
  const evidence = end?.cancel?.evidence ?? [];
  return [`The run ${run} was cancelled${reason}. ${certainty}${evidence.length > 0 ? ':' : '.'}`, ...evidenceLines(evidence, colors)];
}

export function evidenceLines(evidence: readonly StopEvidence[], colors: Colors): readonly string[] {
  return evidence.map(({ worker, mechanism, detail }) => colors.dim(`    ${worker} ${mechanism ?? 'unconfirmed'}: ${detail}`));
}
