import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AmbitError } from '@ambit/plugin-api';
import type { Json, RunStore } from '@ambit/plugin-api';
import { memoryRunGround, memoryRuns, testClock } from '@ambit/testkit';
import { sqliteContext } from './store-contexts.ts';

const signal = new AbortController().signal;
const run = fc.constantFrom('red', 'blue');
const epoch = fc.integer({ min: 0, max: 3 });
const text = fc.string({ unit: 'binary', maxLength: 12 });
const value = fc.jsonValue() as fc.Arbitrary<Json>;
const attempt = fc.constantFrom('x#1', 'y#1');
const event = fc.record({
  at: fc.constant('2026-01-01T00:00:01.000Z'),
  type: fc.constantFrom('a', 'b', 'run.ended'),
  data: fc.record({ status: fc.constantFrom('succeeded', 'failed'), action: fc.constantFrom('x', 'y'), text, value }),
});

type Step = { readonly advance?: number; readonly handle: number; readonly does: (store: RunStore) => Promise<unknown> };

async function all(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const operations: Record<string, fc.Arbitrary<(store: RunStore) => Promise<unknown>>> = {
  acquire: fc
    .record({
      run,
      holder: fc.constantFrom('one', 'two'),
      ttlMs: fc.constantFrom(10, 1000),
      create: fc.boolean(),
      day: fc.integer({ min: 1, max: 3 }),
    })
    .map(({ run, holder, ttlMs, create, day }) => (store) => {
      const data = { task: `t.${day}`, tags: { day: String(day) }, startedAt: `2026-01-0${day}T00:00:00.000Z` };
      return store.acquire(run, { holder, ttlMs, ...(create ? { create: data } : {}) }, signal);
    }),
  renew: fc.tuple(run, epoch).map((args) => (store) => store.renew(...args)),
  release: fc.tuple(run, epoch).map((args) => (store) => store.release(...args)),
  append: fc.tuple(run, epoch, fc.array(event, { maxLength: 4 })).map((args) => (store) => store.append(...args)),
  read: fc
    .tuple(
      run,
      fc.record(
        { from: fc.integer({ min: 1, max: 6 }), action: fc.constantFrom('x', 'z'), types: fc.subarray(['a', 'b']) },
        { requiredKeys: [] },
      ),
    )
    .map(
      ([name, options]) =>
        (store) =>
          all(store.read(name, options, signal)),
    ),
  list: fc
    .record(
      {
        status: fc.constantFrom('running', 'interrupted', 'failed'),
        task: fc.constantFrom('t.1', 't.2'),
        prefix: fc.constantFrom('r', 'b'),
        limit: fc.constantFrom(1, 2),
      },
      { requiredKeys: [] },
    )
    .map((filter) => (store) => all(store.list(filter, signal))),
  request: fc.tuple(run, value).map(
    ([name, each]) =>
      (store) =>
        store.request(name, { type: 'signal', name: 's', value: each }),
  ),
  writeLog: fc.tuple(run, epoch, attempt, fc.uint8Array({ maxLength: 8 })).map(
    ([name, nr, of, data]) =>
      (store) =>
        store.writeLog(name, nr, of, 'stdout', data, new Date(0)),
  ),
  readLog: fc.tuple(run, attempt).map(
    ([name, of]) =>
      (store) =>
        all(store.readLog(name, { attempt: of }, signal)),
  ),
  delete: run.map((name) => (store) => store.delete(name, signal)),
};

const weights: Record<string, number> = { acquire: 6, append: 6, delete: 1 };
const step: fc.Arbitrary<Step> = fc.record({
  advance: fc.constantFrom(0, 0, 0, 5, 500, 5000),
  handle: fc.constantFrom(0, 1),
  does: fc.oneof(...Object.entries(operations).map(([name, arbitrary]) => ({ arbitrary, weight: weights[name] ?? 2 }))),
});

/** What came of it: a value, or the code of the refusal. */
async function outcome(work: Promise<unknown>): Promise<unknown> {
  try {
    return plain(await work);
  } catch (error) {
    if (AmbitError.is(error)) return error.code;
    throw error;
  }
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null, (_, part: unknown) => (part instanceof Uint8Array ? [...part] : part)));
}

it('does what the reference does, whatever the order of operations, on two handles', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const clock = testClock();
      const ground = memoryRunGround();
      const references = [memoryRuns({ ground, clock }), memoryRuns({ ground, clock })];
      const context = await sqliteContext({ clock });
      const stores = [context.open(), context.open()];
      try {
        for (const { advance = 0, handle, does } of steps) {
          clock.advance(advance);
          const [reference, store] = [references[handle], stores[handle]];
          if (!reference || !store) continue;
          expect(await outcome(does(store))).toEqual(await outcome(does(reference)));
        }
      } finally {
        await context.dispose();
      }
    }),
    { numRuns: 40 },
  );
});
