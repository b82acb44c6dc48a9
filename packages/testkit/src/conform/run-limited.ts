import assert from 'node:assert/strict';
import { AmbitError } from '@ambit/plugin-api';
import { runClause } from '../clauses/clause.ts';
import type { Clause, Disposable, NotClaimed } from '../clauses/clause.ts';
import { withPatience } from '../clauses/patience.ts';
import type { ClauseResult } from './conformance-report.ts';
import type { StrayErrors } from './stray-errors.ts';

export interface RunLimits {
  readonly limitMs: number;
  readonly patienceMs?: number;
  readonly strays: StrayErrors;
}

/** How long what a clause that was cut off had made may take to go away. */
const leaveMs = 5_000;

/** Runs a clause, whatever it does: what comes of it is a result. One that does not end is cut off, and has failed. */
export async function runLimited<Context extends Disposable>(
  clause: Clause<Context>,
  makeContext: () => Context | Promise<Context>,
  { limitMs, patienceMs, strays }: RunLimits,
): Promise<ClauseResult> {
  const { id, spec } = clause;
  const begun = performance.now();
  let context: Context | undefined;
  const work = withPatience(patienceMs, () => runClause(clause, async () => (context = await makeContext())));
  const outcome = await within(limitMs, work.then(outcomeOf, failureOf));
  if (outcome === undefined)
    await within(
      leaveMs,
      Promise.resolve(context?.dispose()).catch(() => undefined),
    );
  // What nobody catches is told after what is under way.
  await new Promise((resolve) => setImmediate(resolve));
  const durationMs = Math.round(performance.now() - begun);
  const [stray] = strays.take();
  const ended = outcome ?? { result: 'failed', message: `it did not end within ${limitMs} ms and was cut off` };
  if (stray === undefined || ended.result === 'failed') return { id, spec, ...ended, durationMs };
  return { id, spec, result: 'failed', message: `an error that nobody caught: ${messageOf(stray)}`, durationMs };
}

type Outcome = Pick<ClauseResult, 'result' | 'message'>;

function outcomeOf(answer: void | NotClaimed): Outcome {
  return answer ? { result: 'not-claimed', message: answer.notClaimed } : { result: 'passed' };
}

function failureOf(error: unknown): Outcome {
  return { result: 'failed', message: messageOf(error) };
}

/** Undefined where it takes longer. */
async function within<T>(milliseconds: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), milliseconds)));
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}

/** What was thrown may be anything, and may throw itself. */
function messageOf(error: unknown): string {
  try {
    return described(error);
  } catch {
    return 'something was thrown that cannot be read';
  }
}

/** What a clause found, in its own words; of any other error what it is, and where it was thrown. */
function described(error: unknown): string {
  if (error instanceof assert.AssertionError) return error.message.trim();
  if (AmbitError.is(error)) return `${error.code}: ${error.message}`;
  if (!(error instanceof Error)) return `something was thrown that is no error: ${String(error)}`;
  const place = /^\s+at (?:.* \()?((?:file:|[/\\]|[A-Z]:).*?)\)?$/m.exec(error.stack ?? '')?.[1];
  return `${error.name}: ${error.message}${place === undefined ? '' : ` (${place})`}`;
}
