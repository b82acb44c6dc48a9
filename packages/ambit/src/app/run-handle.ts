import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ErrorDocument, RunHandle } from '@ambit/engine';
import { AmbitError } from '@ambit/plugin-api';
import type { Outcome } from '@ambit/plugin-api';
import { decodeValue, whole } from '@ambit/worker/values';
import { TaskError } from '@ambit/worker/runtime';
import { lineText, logLines } from '../record/log-lines.ts';
import type { LogOptions } from '../record/log-lines.ts';
import type { RunProgress } from './run-progress.ts';
import type { Run, RunLogLine } from './run.ts';
import type { Workspace } from './workspace.ts';

const forever = new AbortController().signal;

/** A run of this process, as the public interface shows it. */
export function runOf<R>({ app, directories }: Workspace, handle: RunHandle, progress: RunProgress): Run<R> {
  const { name } = handle;
  const outcome = async (): Promise<Outcome<R>> => {
    const ended = await handle.outcome();
    if (ended.status === 'succeeded') return { status: 'succeeded', value: decodeValue(await whole(ended.value)) as R };
    if (ended.status === 'cancelled') return { status: 'cancelled', reason: ended.reason };
    return { status: 'failed', error: taskError(ended.error) };
  };
  let ended = false;
  const settled = outcome().finally(() => (ended = true));
  // Whoever asks is told; nobody may.
  settled.catch(() => undefined);
  return {
    name,
    url: pathToFileURL(join(directories.state, 'runs', `${name}.db`)).href,
    outcome: () => settled,
    result: async () => {
      const end = await settled;
      if ('value' in end) return end.value;
      throw 'error' in end ? end.error : cancelled(name, end.reason);
    },
    status: async () => (ended ? (await settled).status : progress.now),
    events: (after = 0) => events(app.runs, name, after),
    logs: (options = {}) => logs(app.runs, name, options),
    cancel: (reason = 'it was cancelled by its program') => handle.cancel(reason),
  };
}

async function* events(
  runs: Workspace['app']['runs'],
  run: string,
  after: number,
): AsyncGenerator<{ readonly seq: number; readonly at: Date; readonly type: string }> {
  for await (const { seq, at, type } of runs.follow(run, after + 1, forever)) yield { seq, at: new Date(at), type };
}

async function* logs(runs: Workspace['app']['runs'], run: string, options: LogOptions): AsyncGenerator<RunLogLine> {
  for await (const lines of logLines(runs, run, options, forever))
    for (const line of lines) {
      const { at, action, attempt, stream } = line;
      yield { at, action, attempt, stream, text: lineText(line) };
    }
}

function cancelled(run: string, reason: string): AmbitError {
  return new AmbitError('AMBIT_RUN_CANCELLED', `The run ${run} was cancelled: ${reason}`, {
    hint: 'Start it again.',
    facts: { run, reason },
  });
}

/** The error that a record tells. */
export function taskError(document: ErrorDocument): TaskError {
  const { code, message, failure = 'infrastructure', task = '', environment = '', attempt = 1, hint } = document;
  const cause = document.cause && causeError(document.cause);
  return new TaskError(code as `AMBIT_${string}`, message, { failure, task, environment, attempt }, { hint, ...(cause && { cause }) });
}

function causeError(document: ErrorDocument): Error {
  if (document.task !== undefined) return taskError(document);
  const error = document.cause ? new Error(document.message, { cause: causeError(document.cause) }) : new Error(document.message);
  return Object.assign(error, {
    name: document.name ?? 'Error',
    stack: document.stack ?? `${document.name ?? 'Error'}: ${document.message}`,
  });
}
