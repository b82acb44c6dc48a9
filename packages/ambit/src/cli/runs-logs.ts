import { AmbitError } from '@ambit/plugin-api';
import type { RunStore } from '@ambit/plugin-api';
import { lineText, logLines } from '../record/log-lines.ts';
import type { LogLine } from '../record/log-lines.ts';
import { listed } from '../view/listed.ts';
import { EXIT } from './exit-code.ts';
import { findRun } from './find-run.ts';
import { textOf } from './global-flags.ts';
import type { Invocation } from './invocation.ts';
import type { Terminal } from './terminal.ts';
import { withRuns } from './with-runs.ts';

/** `ambit runs logs [RUN]`. */
export function printLogs({ terminal, words, said }: Invocation): Promise<number> {
  return withRuns(terminal, async (runs) => {
    const { run, status } = await findRun(runs, words[0] ?? '@last', terminal.gone);
    const begun = textOf(said, 'action');
    const action = begun === undefined ? undefined : await findAction(runs, run, begun, terminal.gone);
    // Nobody writes any more what an engine that has gone did not.
    const follow = said['follow'] === true && status === 'running';
    for await (const lines of logLines(runs, run, { follow, ...(action !== undefined && { action }) }, terminal.gone))
      print(lines, terminal);
    return EXIT.ok;
  });
}

const END = Buffer.from('\n');

function print(lines: readonly LogLine[], { flags, out, bytes }: Terminal): void {
  if (flags.json) out(lines.map((line) => JSON.stringify(lineDocument(line))).join('\n'));
  else bytes(Buffer.concat(lines.flatMap(({ data }) => [data, END])));
}

function lineDocument(line: LogLine): object {
  const { at, action, attempt, stream } = line;
  return { at: at.toISOString(), action, attempt, stream, text: lineText(line) };
}

async function findAction(runs: RunStore, run: string, begun: string, signal: AbortSignal): Promise<string> {
  const found: string[] = [];
  for await (const { data } of runs.read(run, { types: ['action.created'] }, signal)) {
    const { action } = data as { readonly action: string };
    if (action === begun) return action;
    if (action.startsWith(begun)) found.push(action);
  }
  if (found.length === 1) return found[0]!;
  const why = found.length === 0 ? `has no action ${begun}` : `has several actions that begin with ${begun}: ${listed(found, 5)}`;
  throw new AmbitError('AMBIT_RUN_NO_ACTION', `The run ${run} ${why}.`, {
    hint: `ambit runs show ${run} has the ids of its actions.`,
    facts: { run, action: begun },
  });
}
