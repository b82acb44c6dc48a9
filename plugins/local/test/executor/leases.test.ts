import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { memoryShared, silentLogger, testClock } from '@ambit/testkit';
import type { SharedState } from '@ambit/plugin-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryOfMachine } from '../../src/executor/capacity.ts';
import { Leases } from '../../src/executor/leases.ts';
import type { LocalExecutor } from '../../src/executor/local-executor.ts';
import { ExecutorPlace, lifeOf, never, until } from './executor-place.ts';

let place: ExecutorPlace;
beforeEach(() => {
  place = new ExecutorPlace();
});
afterEach(() => place.dispose());

const gib = 2 ** 30;
const options = { memory: 8 * gib, gpus: [{ id: 'only', model: 'A100', memory: 80 * gib }] };
const gpu = { resources: { cpu: { request: 1 }, gpu: { count: 1 } } };
const large = { resources: { cpu: { request: 1 }, memory: { request: 6 * gib, limit: 6 * gib } } };

/** Longer than a lease. */
const longMs = 60_000;

describe('memory and GPUs of one machine, between engines', () => {
  const asks = async (executor: LocalExecutor, wanted: object): Promise<string> =>
    (await executor.reserve(place.request({ run: 'run-2', ...wanted }), undefined, never())).outcome;

  it.each([
    ['no GPU', gpu],
    ['no memory', large],
  ])('are given away once: %s that another has', async (_, wanted) => {
    const [one, other] = [place.open({ options }), place.open({ options })];
    const first = await place.reserve(one, wanted);
    expect(await other.reserve(place.request({ run: 'run-2', ...wanted }), undefined, never())).toMatchObject({
      outcome: 'wait',
      othersHold: true,
      reason: expect.stringContaining('other runs have some: run-1') as unknown,
    });
    await one.release(first, never());
    expect((await place.reserve(other, wanted)).gpus).toEqual(wanted === gpu ? ['only'] : []);
  });

  it('leave no memory behind where there was no GPU for it', async () => {
    const executor = place.open({ options });
    await place.reserve(executor, gpu);
    expect(await asks(executor, { resources: { ...gpu.resources, ...large.resources } })).toBe('wait');
    expect(await asks(place.open({ options }), large)).toBe('reserved');
  });

  it('are a part of the machine for who was given a part, and all of it for others', async () => {
    const half = 2 ** 20;
    const total = memoryOfMachine();
    const of = (request: number): object => ({ resources: { cpu: { request: 1 }, memory: { request, limit: request } } });
    const small = place.open({ instance: 'small', options: { memory: 2 * half } });
    const whole = place.open({ instance: 'whole' });
    await place.reserve(small, of(half));
    expect(await asks(small, of(2 * half))).toBe('wait');
    expect(await asks(whole, of(total))).toBe('wait');
    expect(await asks(whole, of(total - half))).toBe('reserved');
    expect(await asks(small, of(half))).toBe('wait');
  });

  it('come back from an engine that died before it started anything, and it has them no more', async () => {
    const dead = place.open({ options });
    const lost = await place.reserve(dead, gpu);
    await dead.dispose();
    const living = place.open({ options });
    expect(await asks(living, gpu)).toBe('wait');
    place.clock.advance(longMs);
    expect((await place.reserve(living, gpu)).gpus).toEqual(['only']);
    await expect(place.open({ options }).start(lost, await place.placement(), never())).rejects.toMatchObject({
      code: 'AMBIT_RESERVATION_EXPIRED',
    });
  });

  it('stay with a worker that outlives its engine for as long as it lives, and no longer', async () => {
    const dead = place.open({ options });
    const reservation = await place.reserve(dead, { ...gpu, env: { FAKE: '{}' } });
    const handle = await dead.start(reservation, await place.placement(), never());
    await dead.dispose();
    const living = place.open({ options });
    for (let times = 0; times < 3; times += 1) {
      place.clock.advance(longMs);
      expect(await asks(living, gpu)).toBe('wait');
    }
    process.kill(lifeOf(handle), 'SIGKILL');
    const watcher = place.open({ options });
    await until('its processes are gone', async () => (await watcher.find(reservation, never())).is === 'gone');
    await watcher.dispose();
    expect((await place.reserve(living, gpu)).gpus).toEqual(['only']);
  });

  it('stay with an engine that lives', async () => {
    let renewed = 0;
    const shared = place.share();
    const counting: SharedState = {
      ...{ lease: shared.lease.bind(shared), unlease: shared.unlease.bind(shared), dispose: shared.dispose.bind(shared) },
      renew: async (holder) => {
        await shared.renew(holder);
        renewed += 1;
      },
    };
    const living = place.open({ options, shared: counting });
    await place.reserve(living, gpu);
    for (let times = 1; times <= 5; times += 1) {
      place.clock.advance(5_000);
      await until('it is renewed', () => renewed >= times);
    }
    expect(await asks(place.open({ options }), gpu)).toBe('wait');
    await living.dispose();
  });

  it('are asked for only by who wants some', async () => {
    const executor = place.open({ options });
    await place.start(executor);
    expect(existsSync(join(place.directory, 'machine.db'))).toBe(false);
  });
});

it('gives no memory and no GPU away twice, in whatever order requests come and go', async () => {
  const step = fc.record({
    engine: fc.integer({ min: 0, max: 1 }),
    id: fc.integer({ min: 0, max: 5 }),
    memory: fc.integer({ min: 0, max: 10 }),
    gpus: fc.integer({ min: 0, max: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const shared = memoryShared();
      const parts = { shared, clock: testClock(), log: silentLogger, machine: 'm', instance: 'local', signal: never() };
      const engines = [0, 1].map(() => new Leases({ ...parts, memory: { total: 10, part: 10 } }));
      const held = new Map<number, { memory: number; gpus: readonly string[] }>();
      for (const { engine, id, memory, gpus } of steps) {
        const had = held.get(id);
        if (had) {
          await engines[engine]!.give(`w-${id}`, { memory: had.memory, gpus: had.gpus.length });
          held.delete(id);
        } else {
          const taken = await engines[engine]!.take(`w-${id}`, { memory, gpus, wanted: ['a', 'b', 'c'] });
          if ('outcome' in taken) continue;
          held.set(id, { memory, gpus: taken.gpus });
          expect(taken.gpus).toHaveLength(gpus);
        }
        const all = [...held.values()];
        expect(all.reduce((sum, each) => sum + each.memory, 0)).toBeLessThanOrEqual(10);
        const given = all.flatMap((each) => each.gpus);
        expect(new Set(given).size).toBe(given.length);
      }
    }),
  );
});
