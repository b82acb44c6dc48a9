import { decodeValue } from '@ambit/worker/values';
import type { Workspace } from '../app/workspace.ts';
import { runDocument } from '../record/run-document.ts';
import { readRun } from '../record/run-record.ts';
import type { RunRecord } from '../record/run-record.ts';
import { toJson } from '../values/to-json.ts';
import { sayError } from './error-report.ts';
import { EXIT, exitCodeOfFailure } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** Prints how a run ended, read back from its record, and returns the exit code. */
export async function reportRun({ app }: Workspace, name: string, terminal: Terminal): Promise<number> {
  const record = await readRun(app.runs, name, new AbortController().signal);
  const { json } = terminal.flags;
  if (json === 'events') terminal.out(JSON.stringify({ ...lastEvent(record), run: runDocument(record) }));
  else if (json) terminal.out(JSON.stringify(runDocument(record)));
  else if (record.end?.status === 'succeeded') printResult(record.end.value, terminal);
  if (record.end?.error) sayError(record.end.error, terminal);
  return endCode(record, terminal);
}

function lastEvent(record: RunRecord): object {
  return { at: record.endedAt, type: 'run.ended' };
}

/** Strings raw, else JSON; nothing where the task returned nothing. */
function printResult(encoded: string | undefined, terminal: Terminal): void {
  const value = encoded === undefined ? undefined : decodeValue(encoded);
  if (value === undefined) return;
  terminal.out(typeof value === 'string' ? value : JSON.stringify(toJson(value)));
}

function endCode({ end, run }: RunRecord, terminal: Terminal): number {
  if (end?.status === 'succeeded') return EXIT.ok;
  if (end?.status === 'failed') {
    terminal.say(terminal.colors.dim(`    ambit runs show ${run}`));
    return end.error ? exitCodeOfFailure(end.error) : EXIT.infrastructure;
  }
  const confirmed = end?.cancel?.confirmed ?? false;
  terminal.say(
    `The run ${run} was cancelled; ${confirmed ? 'all that it started has stopped' : 'it is not certain that all has stopped'}.`,
  );
  for (const { worker, mechanism, detail } of end?.cancel?.evidence ?? [])
    terminal.say(terminal.colors.dim(`    ${worker} ${mechanism ?? 'unconfirmed'}: ${detail}`));
  return confirmed ? EXIT.cancelled : EXIT.unconfirmed;
}
