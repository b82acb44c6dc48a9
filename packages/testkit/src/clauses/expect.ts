import assert from 'node:assert/strict';
import { AmbitError } from '@ambit/plugin-api';
import { patienceMs } from './patience.ts';

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

/** A signal that gives up after long enough, so that a missing event fails rather than hangs. */
export function patient(): AbortSignal {
  return AbortSignal.timeout(patienceMs());
}

/** Asks again until the answer is there. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const signal = patient();
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    assert.ok(!signal.aborted, late(what));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Rejects where the promise is not settled after long enough. */
export async function settles<T>(what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new assert.AssertionError({ message: late(what) })), patienceMs());
  });
  try {
    return await Promise.race([promise, over]);
  } finally {
    clearTimeout(timer);
  }
}

function late(what: string): string {
  return `this did not happen in ${patienceMs()} ms: ${what}`;
}
