import assert from 'node:assert/strict';
import { AmbitError } from '@ambit/plugin-api';

/** Rejects unless the work is refused with an error of Ambit's, of this code where one is given. */
export async function refuses(work: Promise<unknown>, code?: `AMBIT_${string}`): Promise<AmbitError> {
  const outcome = await work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  assert.ok('error' in outcome, `expected a refusal${code ? ` with ${code}` : ''}, but it was accepted`);
  const { error } = outcome;
  assert.ok(AmbitError.is(error), `expected an AmbitError, but got ${String(error)}`);
  if (code) assert.equal(error.code, code);
  assert.ok(error.hint.length > 0, `${error.code} has no hint`);
  return error;
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** The first item that fits; the iteration is ended after it. */
export async function first<T>(items: AsyncIterable<T>, fits: (item: T) => boolean = () => true): Promise<T> {
  for await (const item of items) if (fits(item)) return item;
  return assert.fail('the sequence ended before an item that fits');
}

const patience = 15_000;

/** A signal that gives up after long enough for a slow machine, so that a missing event fails rather than hangs. */
export function patient(): AbortSignal {
  return AbortSignal.timeout(patience);
}

/** Asks again until the answer is there. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const signal = patient();
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    assert.ok(!signal.aborted, `this did not happen in ${patience} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Rejects where the promise is not settled after long enough. */
export async function settles<T>(what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new assert.AssertionError({ message: `this did not happen in ${patience} ms: ${what}` })), patience);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
