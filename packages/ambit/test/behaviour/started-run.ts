import type { RunHandle, RunOutcome, RunRequest } from '@ambit/engine';
import type { BehaviourOutcome, BehaviourRun } from '@ambit/testkit';
import { decodeValue, encodeArgs, whole } from '@ambit/worker/values';
import type { PlaceParts } from './place-parts.ts';
import { runRecord } from './run-record.ts';
import { ToldLines } from './told-lines.ts';

/** Starts a run of a task of the project, by an engine of this process. */
export async function startRun(
  { app, project, settings }: PlaceParts,
  task: string,
  args: readonly unknown[],
  options: Pick<RunRequest, 'graceMs'>,
): Promise<BehaviourRun> {
  const found = project.tasks.find(({ definition }) => definition.id === task);
  if (!found) throw new TypeError(`the project has no task ${task}`);
  const target = { environment: found.environment, task };
  const planned = await app.engine.plan(project, [target], settings, new AbortController().signal);
  const lines = new ToldLines();
  const handle = await app.engine.run(planned, {
    ...options,
    task,
    args: encodeArgs(args),
    onEvent: ({ type, data }) => (type === 'attempt.log' ? lines.add(data.text) : undefined),
  });
  return behaviourRun(handle, lines, (name) => runRecord(app.runs, name));
}

function behaviourRun(handle: RunHandle, lines: ToldLines, record: (run: string) => ReturnType<typeof runRecord>): BehaviourRun {
  const ended = handle.outcome().finally(() => lines.end());
  ended.catch(() => undefined);
  return {
    name: handle.name,
    says: (text) => lines.says(text),
    cancel: (reason) => handle.cancel(reason),
    end: async () => ({ outcome: await outcomeOf(await ended), ...(await record(handle.name)) }),
  };
}

async function outcomeOf(outcome: RunOutcome): Promise<BehaviourOutcome> {
  if (outcome.status === 'succeeded') return { status: 'succeeded', value: decodeValue(await whole(outcome.value)) };
  return outcome.status === 'failed' ? { status: 'failed', error: outcome.error } : { status: 'cancelled', reason: outcome.reason };
}
