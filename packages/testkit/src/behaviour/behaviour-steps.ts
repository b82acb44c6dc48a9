import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { AmbitError } from '@ambit/plugin-api';
import type { LogChunk } from '@ambit/plugin-api';
import { patienceMs } from '../clauses/patience.ts';
import type { BehaviourContext, BehaviourEnd, BehaviourError, BehaviourRecord, BehaviourRun } from './behaviour-context.ts';
import { behaviourProject } from './behaviour-project.ts';

/** Runs a task to its end. */
export async function run(context: BehaviourContext, task: string, ...args: readonly unknown[]): Promise<BehaviourEnd> {
  return (await context.start(task, args)).end();
}

/** Runs a task, which has to succeed, and gives its result. */
export async function valueOf(context: BehaviourContext, task: string, ...args: readonly unknown[]): Promise<unknown> {
  return succeeded(await run(context, task, ...args));
}

export function succeeded({ outcome }: BehaviourEnd): unknown {
  assert.ok(outcome.status === 'succeeded', `the run did not succeed: ${inspect(outcome, { depth: 6 })}`);
  return outcome.value;
}

export function failed({ outcome }: BehaviourEnd): BehaviourError {
  assert.ok(outcome.status === 'failed', `the run did not fail: ${outcome.status}`);
  return outcome.error;
}

/** The start of a run has to be refused by its plan, or the run by its place before anything ran. */
export async function refusedPlace(context: BehaviourContext, task: string): Promise<string> {
  const ended = await run(context, task).catch((error: unknown) => error as Error);
  if (ended instanceof Error) {
    assert.ok(AmbitError.is(ended) && ended.code === 'AMBIT_PLAN_INVALID', `it is refused in another way: ${ended.message}`);
    return ended.message;
  }
  const { code, message } = failed(ended);
  assert.ok(code === 'AMBIT_PLACE_NEVER' || code === 'AMBIT_PLACE_UNFIT', `it failed otherwise: ${code}: ${message}`);
  assert.deepEqual(attemptsOf(ended), [], 'something was tried');
  return message;
}

export interface ToldAttempt {
  readonly task: string;
  readonly attempt: number;
  readonly worker: string;
  readonly outcome?: string;
  readonly failure?: string;
  readonly peakMemory?: number;
}

interface AttemptData extends Omit<ToldAttempt, 'task'> {
  readonly action: string;
  readonly task: string;
}

/** All attempts of a run, in the order in which they were placed. */
export function attemptsOf({ events }: BehaviourRecord): readonly ToldAttempt[] {
  const tasks = new Map<string, string>();
  const attempts = new Map<string, ToldAttempt>();
  for (const { type, data } of events) {
    const { action, task, attempt, worker, outcome, failure, peakMemory } = data as unknown as AttemptData;
    const key = `${action}/${attempt}`;
    if (type === 'action.created') tasks.set(action, task);
    else if (type === 'attempt.placed') attempts.set(key, { task: tasks.get(action) ?? '', attempt, worker });
    else if (type === 'attempt.ended') {
      const told = { outcome, ...(failure && { failure }), ...(peakMemory !== undefined && { peakMemory }) };
      attempts.set(key, { ...attempts.get(key)!, ...told } as ToldAttempt);
    }
  }
  return [...attempts.values()];
}

/** How the actions of a run ended, by task. */
export function endsOf({ events }: BehaviourRecord): Readonly<Record<string, readonly string[]>> {
  const tasks = new Map<string, string>();
  const ends: Record<string, string[]> = {};
  for (const { type, data } of events) {
    const { action, task, status } = data as unknown as { action: string; task: string; status: string };
    if (type === 'action.created') tasks.set(action, task);
    else if (type === 'action.ended') (ends[tasks.get(action) ?? ''] ??= []).push(status);
  }
  return ends;
}

/** What was written to one stream. */
export function written({ logs }: BehaviourRecord, stream: LogChunk['stream'], fits: (attempt: string) => boolean = () => true): Buffer {
  return Buffer.concat(logs.filter((chunk) => chunk.stream === stream && fits(chunk.attempt)).map(({ data }) => data));
}

/** Everything that is kept of a run, as text. */
export function allText({ outcome, events, logs }: BehaviourEnd): string {
  const output = Buffer.concat(logs.map(({ data }) => data)).toString('latin1');
  return `${inspect(outcome, { depth: null, maxStringLength: null, maxArrayLength: null })}\n${JSON.stringify(events)}\n${output}`;
}

/** `errors.ts:12`: the line of the behaviour project that has this text. */
export function lineWith(file: string, text: string): string {
  const lines = readFileSync(join(behaviourProject(), file), 'utf8').split('\n');
  const line = lines.findIndex((each) => each.includes(text)) + 1;
  assert.ok(line > 0, `${file} has no line with "${text}"`);
  return `${file}:${line}`;
}

/** Waits until a task of the run has written this. */
export async function hears(started: Pick<BehaviourRun, 'says'>, text: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const fail = (): void => reject(new assert.AssertionError({ message: `no task wrote "${text}" within ${patienceMs()} ms` }));
    timer = setTimeout(fail, patienceMs());
  });
  const said = started.says(text).catch((error: Error) => assert.fail(error.message));
  await Promise.race([said, late]).finally(() => clearTimeout(timer));
}

/** Waits for what has to become so. */
export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + patienceMs();
  while (!(await isSo())) {
    assert.ok(Date.now() < end, `${what}: not after ${patienceMs()} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
