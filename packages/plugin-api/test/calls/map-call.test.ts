import { afterEach, describe, expect, it } from 'vitest';
import { AmbitError, mapCall } from '../../src/index.ts';
import type { MapCall, MapOptions, Many, Outcome, ScopeOptions } from '../../src/index.ts';

const WORKER = Symbol.for('ambit.worker/1');
const globals = globalThis as unknown as Record<symbol, unknown>;
const owner = { title: 'map', facts: { call: 'map' } };

afterEach(() => {
  delete globals[WORKER];
});

/** Calls that end when the test says so. */
class Calls {
  readonly begun: number[] = [];
  readonly #open = new Map<number, { resolve(value: string): void; reject(error: unknown): void }>();
  most = 0;

  readonly call = (item: number): Promise<string> => {
    this.begun.push(item);
    const promise = new Promise<string>((resolve, reject) => this.#open.set(item, { resolve, reject }));
    this.most = Math.max(this.most, this.#open.size);
    return promise;
  };

  map(items: Many<number>, options?: MapOptions): MapCall<string> {
    return mapCall(owner, items, this.call, options);
  }

  get open(): number[] {
    return [...this.#open.keys()];
  }

  async succeed(...items: number[]): Promise<void> {
    for (const item of items) this.#take(item).resolve(`r${item}`);
    await turn();
  }

  async fail(item: number, error: unknown = new Error(`e${item}`)): Promise<void> {
    this.#take(item).reject(error);
    await turn();
  }

  #take(item: number): { resolve(value: string): void; reject(error: unknown): void } {
    const open = this.#open.get(item);
    if (!open) expect.fail(`${item} is not open`);
    this.#open.delete(item);
    return open;
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const results = (count: number): string[] => Array.from({ length: count }, (_, index) => `r${index}`);
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

function* counting(asked: number[], count: number): Generator<number> {
  for (const item of numbers(count)) {
    asked.push(item);
    yield item;
  }
}

describe('a map', () => {
  it('gives results in the order of its items, whatever ends first', async () => {
    const calls = new Calls();
    const map = calls.map(numbers(3));
    await calls.succeed(2, 0, 1);
    expect(await map).toEqual(results(3));
    expect(await map).toEqual(results(3));
  });

  it('begins at once, with no more calls than may be open, and asks for items as there is room', async () => {
    const calls = new Calls();
    const asked: number[] = [];
    const map = calls.map(counting(asked, 5), { concurrency: 2 });
    expect([calls.begun, asked]).toEqual([
      [0, 1],
      [0, 1],
    ]);
    await calls.succeed(1);
    expect(asked).toEqual([0, 1, 2]);
    await calls.succeed(0, 2);
    await calls.succeed(3, 4);
    expect(await map).toEqual(results(5));
    expect(calls.most).toBe(2);
  });

  it('is sequential with a concurrency of 1', async () => {
    const order: string[] = [];
    const call = async (item: number): Promise<void> => {
      order.push(`begin ${item}`);
      await turn();
      order.push(`end ${item}`);
    };
    await mapCall(owner, [0, 1], call, { concurrency: 1 });
    expect(order).toEqual(['begin 0', 'end 0', 'begin 1', 'end 1']);
  });

  it('has 1,000 open calls where nothing is said', () => {
    const calls = new Calls();
    calls.map(numbers(1500));
    expect(calls.open).toHaveLength(1000);
  });

  it('goes on where nobody waits', async () => {
    const calls = new Calls();
    calls.map(numbers(4), { concurrency: 1 });
    for (const item of numbers(4)) await calls.succeed(item);
    expect(calls.begun).toEqual(numbers(4));
  });

  it('takes asynchronous items, one after the other', async () => {
    const calls = new Calls();
    let asking = 0;
    async function* items(): AsyncGenerator<number> {
      for (const item of numbers(4)) {
        asking += 1;
        expect(asking).toBe(1);
        await turn();
        asking -= 1;
        yield item;
      }
    }
    const map = calls.map(items(), { concurrency: 2 });
    for (const item of numbers(4)) {
      while (!calls.open.includes(item)) await turn();
      await calls.succeed(item);
    }
    expect(await map).toEqual(results(4));
  });

  it('takes sets, and nothing at all', async () => {
    expect(await mapCall(owner, new Set([1, 2]), (item) => item * 2)).toEqual([2, 4]);
    expect(await mapCall(owner, [], () => 1)).toEqual([]);
    expect(await mapCall(owner, [], () => 1).settled()).toEqual([]);
  });

  it('tells the function which item it is, and takes what is no promise', async () => {
    expect(await mapCall(owner, ['a', 'b'], (item, index) => `${item}${index}`)).toEqual(['a0', 'b1']);
  });

  it('holds a hundred thousand items', async () => {
    let open = 0;
    let most = 0;
    const call = async (item: number): Promise<number> => {
      most = Math.max(most, (open += 1));
      await null;
      open -= 1;
      return item;
    };
    let sum = 0;
    for await (const item of mapCall(owner, counting([], 100_000), call, { concurrency: 50 })) sum += item;
    expect([sum, most]).toEqual([4_999_950_000, 50]);
  });

  it.each<[string, () => unknown, string]>([
    ['no items', () => mapCall(owner, undefined as never, () => 1), 'items'],
    ['text for items', () => mapCall(owner, 'abc' as never, () => 1), 'items'],
    ['an object that is not iterable', () => mapCall(owner, { length: 1 } as never, () => 1), 'items'],
    ['no function', () => mapCall(owner, [1], undefined as never), 'the function'],
    ['no call at a time', () => mapCall(owner, [1], () => 1, { concurrency: 0 }), 'concurrency'],
    ['half a call', () => mapCall(owner, [1], () => 1, { concurrency: 1.5 }), 'concurrency'],
    ['an unknown way', () => mapCall(owner, [1], () => 1, { onError: 'stop' as never }), 'onError'],
    ['a label that is none', () => mapCall(owner, [1], () => 1, { label: '' }), 'label'],
  ])('refuses %s', (_what, define, option) => {
    expect(define).toThrow(expect.objectContaining({ code: 'AMBIT_DEFINE_OPTION', facts: expect.objectContaining({ option }) as unknown }) as Error);
  });

  it('refuses an option that nobody knows', () => {
    expect(() => mapCall(owner, [1], () => 1, { parallel: 3 } as never)).toThrow('there is no option parallel');
  });
});

describe('the first failure', () => {
  it('stops asking for items, and is what the map rejects with, at once', async () => {
    const calls = new Calls();
    const asked: number[] = [];
    const map = calls.map(counting(asked, 10), { concurrency: 3 });
    const failed = expect(map).rejects.toThrow('e1');
    await calls.fail(1);
    await failed;
    await calls.succeed(0, 2);
    expect(asked).toEqual([0, 1, 2]);
  });

  it('ends what is open: no matter how that ends', async () => {
    const calls = new Calls();
    const map = calls.map(numbers(4), { concurrency: 3 });
    const failed = expect(map).rejects.toThrow('e2');
    await calls.fail(2);
    await calls.fail(0, new Error('later'));
    await calls.succeed(1);
    await failed;
    expect((await map.settled()).map((outcome) => outcome.status)).toEqual(['failed', 'succeeded', 'failed', 'skipped']);
  });

  it('closes the source', async () => {
    let closed = false;
    async function* items(): AsyncGenerator<number> {
      try {
        yield* numbers(10);
      } finally {
        closed = true;
      }
    }
    const map = mapCall(owner, items(), async () => Promise.reject(new Error('no')), { concurrency: 1 });
    await expect(map).rejects.toThrow('no');
    await turn();
    expect(closed).toBe(true);
  });

  it('is thrown by a function, too', async () => {
    const call = (): never => {
      throw new RangeError('at once');
    };
    await expect(mapCall(owner, [1, 2], call)).rejects.toThrow('at once');
  });

  it('is no unhandled rejection of its own where somebody looks', async () => {
    const calls = new Calls();
    const map = calls.map(numbers(2));
    const settled = map.settled();
    await calls.fail(0);
    await calls.succeed(1);
    expect(await settled).toHaveLength(2);
  });
});

describe('a map that finishes the others', () => {
  it('makes every call, and rejects with the failure of the first item that has one', async () => {
    const calls = new Calls();
    const map = calls.map(numbers(4), { concurrency: 2, onError: 'finish-others' });
    const failed = expect(map).rejects.toThrow('e0');
    await calls.fail(1);
    await calls.fail(0);
    await calls.succeed(2, 3);
    await failed;
    expect(calls.begun).toEqual(numbers(4));
  });

  it('gives the loop all results that there are, then the failure', async () => {
    const map = mapCall(owner, numbers(5), async (item) => (item % 2 === 0 ? item : Promise.reject(new Error(`e${item}`))), {
      onError: 'finish-others',
    });
    const seen: number[] = [];
    const loop = async (): Promise<void> => {
      for await (const item of map) seen.push(item);
    };
    await expect(loop()).rejects.toThrow('e1');
    expect(seen).toEqual([0, 2, 4]);
  });
});

describe('how its calls ended', () => {
  it('is told for each item, in order', async () => {
    const calls = new Calls();
    const map = calls.map(numbers(3), { onError: 'finish-others' });
    const error = new Error('x');
    const settled = map.settled();
    await calls.fail(1, error);
    await calls.fail(2, new AmbitError('AMBIT_TASK_CANCELLED', 'm', { hint: 'h', facts: { reason: 'by the user' } }));
    await calls.succeed(0);
    const outcomes: Outcome<string>[] = await settled;
    expect(outcomes).toEqual([
      { status: 'succeeded', value: 'r0' },
      { status: 'failed', error },
      { status: 'cancelled', reason: 'by the user' },
    ]);
  });

  it('rejects where the items could not be had', async () => {
    function* items(): Generator<number> {
      yield 0;
      throw new Error('no more');
    }
    for (const onError of ['cancel-others', 'finish-others'] as const) {
      const map = mapCall(owner, items(), async (item) => item, { onError });
      await expect(map).rejects.toThrow('no more');
      await expect(map.settled()).rejects.toThrow('no more');
    }
  });
});

describe('a loop over a map', () => {
  it('gets each result as soon as all before it are there', async () => {
    const calls = new Calls();
    const seen: string[] = [];
    const map = calls.map(numbers(3));
    const loop = (async () => {
      for await (const result of map) seen.push(result);
    })();
    await calls.succeed(1);
    expect(seen).toEqual([]);
    await calls.succeed(0);
    expect(seen).toEqual(['r0', 'r1']);
    await calls.succeed(2);
    await loop;
    expect(seen).toEqual(results(3));
  });

  it('holds the calls up where it is slow', async () => {
    const calls = new Calls();
    const asked: number[] = [];
    const loop = calls.map(counting(asked, 100), { concurrency: 2 })[Symbol.asyncIterator]();
    await calls.succeed(0, 1);
    await calls.succeed(2, 3);
    expect(asked).toEqual([0, 1, 2, 3]);
    expect(await loop.next()).toEqual({ done: false, value: 'r0' });
    expect(asked).toEqual([0, 1, 2, 3, 4]);
  });

  it('learns of a failure at once', async () => {
    const calls = new Calls();
    const loop = calls.map(numbers(3))[Symbol.asyncIterator]();
    const next = expect(loop.next()).rejects.toThrow('e1');
    await calls.fail(1);
    await next;
    expect(await loop.next()).toMatchObject({ done: true });
    await calls.succeed(0, 2);
  });

  it('leaves nothing to be had afterwards', async () => {
    const map = mapCall(owner, [1, 2], async (item) => item);
    for await (const item of map) expect(item).toBeGreaterThan(0);
    await expect(map).rejects.toMatchObject({ code: 'AMBIT_MAP_STREAMED' });
    await expect(map.settled()).rejects.toMatchObject({ code: 'AMBIT_MAP_STREAMED' });
    await expect(map[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'AMBIT_MAP_STREAMED' });
  });

  it('leaves everything where all results were asked for before', async () => {
    const map = mapCall(owner, [1, 2], async (item) => item);
    const settled = map.settled();
    const seen: number[] = [];
    for await (const item of map) seen.push(item);
    for await (const item of map) seen.push(item);
    expect(seen).toEqual([1, 2, 1, 2]);
    expect(await settled).toHaveLength(2);
    expect(await map).toEqual([1, 2]);
  });
});

describe('the scope of a map', () => {
  class Scopes {
    readonly cancelled: string[] = [];
    readonly opened: ScopeOptions[] = [];
    inside = 0;
    readonly openScope = (options: ScopeOptions): unknown => {
      this.opened.push(options);
      return {
        run: (fn: () => unknown) => {
          this.inside += 1;
          try {
            return fn();
          } finally {
            this.inside -= 1;
          }
        },
        cancel: (reason: string) => this.cancelled.push(reason),
      };
    };
  }

  it('is around all that it calls and asks, whoever makes room for it', async () => {
    const scopes = new Scopes();
    globals[WORKER] = scopes;
    const inside: number[] = [];
    const open: (() => void)[] = [];
    const call = (): Promise<void> => {
      inside.push(scopes.inside);
      return new Promise((resolve) => open.push(resolve));
    };
    const map = mapCall(owner, numbers(3), call, { concurrency: 1, label: 'chunks' });
    for (let ended = 0; ended < 3; ended += 1) {
      open[ended]?.();
      await turn();
    }
    await map;
    expect([scopes.opened, inside]).toEqual([[{ label: 'chunks' }], [1, 1, 1]]);
    expect(scopes.cancelled).toEqual([]);
  });

  it('is cancelled by the first failure, and by a loop that is left', async () => {
    const scopes = new Scopes();
    globals[WORKER] = scopes;
    const calls = new Calls();
    const failing = expect(calls.map(numbers(2))).rejects.toThrow('e0');
    await calls.fail(0);
    await failing;
    expect(scopes.cancelled).toEqual(['another call of the same map has failed']);
    const left = new Calls();
    const map = left.map(numbers(9), { concurrency: 2 });
    await left.succeed(0);
    for await (const result of map) if (result === 'r0') break;
    expect(scopes.cancelled).toHaveLength(2);
    await left.succeed(1);
    expect(left.begun).toEqual([0, 1, 2]);
  });

  it('is not cancelled where others are finished', async () => {
    const scopes = new Scopes();
    globals[WORKER] = scopes;
    const map = mapCall(owner, [1, 2], async () => Promise.reject(new Error('no')), { onError: 'finish-others' });
    await expect(map).rejects.toThrow('no');
    expect(scopes.cancelled).toEqual([]);
  });
});
