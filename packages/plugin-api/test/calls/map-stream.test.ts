import { afterEach, describe, expect, it } from 'vitest';
import { mapCall } from '../../src/index.ts';
import type { ScopeOptions } from '../../src/index.ts';
import { Calls, counting, numbers, owner, results, turn } from './held-calls.ts';

const WORKER = Symbol.for('ambit.worker/1');
const globals = globalThis as unknown as Record<symbol, unknown>;

afterEach(() => {
  delete globals[WORKER];
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
