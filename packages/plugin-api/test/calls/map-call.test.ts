import { describe, expect, it } from 'vitest';
import { AmbitError, mapCall } from '../../src/index.ts';
import type { Outcome } from '../../src/index.ts';
import { Calls, counting, numbers, owner, results, turn } from './held-calls.ts';

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
      await Promise.resolve();
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
    expect(define).toThrow(
      expect.objectContaining({ code: 'AMBIT_DEFINE_OPTION', facts: expect.objectContaining({ option }) as unknown }) as Error,
    );
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
