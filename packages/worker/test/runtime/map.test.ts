import fc from 'fast-check';
import { expect, it } from 'vitest';
import { map } from '../../src/runtime/index.ts';
import type { MapOptions } from '@ambit/plugin-api';

interface Plan {
  /** After how many turns each call ends, and how. */
  readonly calls: readonly { readonly turns: number; readonly fails: boolean }[];
  readonly concurrency: number;
  readonly finish: boolean;
  readonly source: 'list' | 'iterable' | 'asynchronous';
}

const plans: fc.Arbitrary<Plan> = fc.record({
  calls: fc.array(fc.record({ turns: fc.nat(4), fails: fc.boolean().chain((a) => fc.boolean().map((b) => a && b)) }), { maxLength: 12 }),
  concurrency: fc.integer({ min: 1, max: 5 }),
  finish: fc.boolean(),
  source: fc.constantFrom('list', 'iterable', 'asynchronous'),
});

class World {
  readonly plan: Plan;
  readonly ended: number[] = [];
  readonly failed: number[] = [];
  asked = 0;
  open = 0;
  most = 0;

  constructor(plan: Plan) {
    this.plan = plan;
  }

  get options(): MapOptions {
    const { concurrency, finish } = this.plan;
    return { concurrency, onError: finish ? 'finish-others' : 'cancel-others' };
  }

  items(): readonly number[] | Iterable<number> | AsyncIterable<number> {
    const indexes = [...this.plan.calls.keys()];
    if (this.plan.source === 'list') return indexes;
    return this.plan.source === 'iterable' ? this.#asked(indexes) : this.#askedLater(indexes);
  }

  *#asked(indexes: readonly number[]): Generator<number> {
    for (const index of indexes) {
      this.asked += 1;
      yield index;
    }
  }

  async *#askedLater(indexes: readonly number[]): AsyncGenerator<number> {
    yield* this.#asked(indexes);
  }

  readonly call = async (index: number): Promise<number> => {
    const { turns, fails } = this.plan.calls[index]!;
    this.most = Math.max(this.most, (this.open += 1));
    for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    this.open -= 1;
    this.ended.push(index);
    if (!fails) return index;
    this.failed.push(index);
    throw new RangeError(String(index));
  };
}

const outcome = <T>(promise: PromiseLike<T>): Promise<{ readonly value: T } | { readonly error: unknown }> =>
  Promise.resolve(promise).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );

async function run(plan: Plan): Promise<void> {
  const world = new World(plan);
  const result = await outcome(map(world.items(), world.call, world.options));
  const failures = plan.calls.flatMap(({ fails }, index) => (fails ? [index] : []));
  expect(world.most).toBeLessThanOrEqual(plan.concurrency);
  if (failures.length === 0) {
    expect(result).toEqual({ value: [...plan.calls.keys()] });
    expect(world.ended).toHaveLength(plan.calls.length);
  } else if (plan.finish) {
    expect(result).toEqual({ error: new RangeError(String(failures[0])) });
    expect(world.ended).toHaveLength(plan.calls.length);
  } else {
    expect(result).toEqual({ error: new RangeError(String(world.failed[0])) });
    // What was under way is all that there is.
    if (plan.source === 'iterable') expect(world.asked).toBeLessThanOrEqual(world.ended.length + plan.concurrency);
  }
}

async function loop(plan: Plan, leaveAfter: number): Promise<void> {
  const world = new World(plan);
  const seen: number[] = [];
  const body = async (): Promise<void> => {
    for await (const value of map(world.items(), world.call, world.options)) {
      seen.push(value);
      if (plan.source === 'iterable') expect(world.asked - seen.length - world.failed.length).toBeLessThanOrEqual(2 * plan.concurrency);
      if (seen.length > leaveAfter) break;
    }
  };
  const result = await outcome(body());
  const successes = plan.calls.flatMap(({ fails }, index) => (fails ? [] : [index]));
  expect(seen).toEqual(successes.slice(0, seen.length));
  expect(world.most).toBeLessThanOrEqual(plan.concurrency);
  const left = seen.length > leaveAfter;
  const fails = successes.length < plan.calls.length;
  if (!left && (plan.finish || !fails)) expect(seen).toEqual(successes);
  if (!left) expect('error' in result).toBe(fails);
}

async function settled(plan: Plan): Promise<void> {
  const world = new World(plan);
  const outcomes = await map(world.items(), world.call, world.options).settled();
  expect(world.open).toBe(0);
  const ended = outcomes.flatMap(({ status }, index) => (status === 'succeeded' || status === 'failed' ? [index] : []));
  expect([...world.ended].sort((a, b) => a - b)).toEqual(ended);
  if (plan.source === 'list' || plan.finish) expect(outcomes).toHaveLength(plan.calls.length);
  for (const [index, each] of outcomes.entries()) {
    const status = plan.calls[index]!.fails ? 'failed' : 'succeeded';
    expect(each.status === 'skipped' ? !plan.finish : each.status === status).toBe(true);
  }
}

it('a map keeps order, never has more open calls than it may, and rejects with the failure it must', async () => {
  await fc.assert(fc.asyncProperty(plans, run), { numRuns: 200 });
});

it('a loop over a map sees the results in order, and holds no more than it may', async () => {
  await fc.assert(fc.asyncProperty(plans, fc.nat(12), loop), { numRuns: 200 });
});

it('what a map says of its calls is what became of them', async () => {
  await fc.assert(fc.asyncProperty(plans, settled), { numRuns: 200 });
});
