import { describe, expect, it } from 'vitest';
import { memoryRunGround, memoryRuns, testClock } from '@ambit/testkit';
import { environment } from '../support/test-project.ts';
import { gate, never, World } from '../support/world.ts';

const root = environment('root_env', { main: {} });

describe('the lease of a run', () => {
  it('is kept as long as the run lasts', async () => {
    const ground = memoryRunGround();
    const clock = testClock();
    const running = gate();
    const go = gate();
    const world = new World({
      runs: memoryRuns({ ground, clock }),
      clock,
      tasks: {
        'root_env.main': async () => {
          running.open();
          await go.opened;
        },
      },
    });
    const handle = await world.start(root, 'main');
    await running.opened;
    for (let minute = 0; minute < 12; minute += 1) {
      clock.advance(5_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const other = await memoryRuns({ ground, clock }).acquire(handle.name, { holder: 'other', ttlMs: 1 }, never());
    expect(other).toHaveProperty('heldBy');
    go.open();
    expect((await handle.outcome()).status).toBe('succeeded');
  });

  it('that cannot be recorded any more ends with its workers stopped and their space given back', async () => {
    const ground = memoryRunGround();
    const runs = memoryRuns({ ground, clock: testClock() });
    const running = gate();
    const append = runs.append.bind(runs);
    let isFull = false;
    runs.append = (...args) => (isFull ? Promise.reject(new Error('the disk is full')) : append(...args));
    const world = new World({
      runs,
      tasks: {
        'root_env.main': () => {
          running.open();
          return new Promise(() => undefined);
        },
      },
    });
    const release = world.executor.release.bind(world.executor);
    world.executor.release = async (...args) => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      return release(...args);
    };
    const handle = await world.start(root, 'main');
    await running.opened;
    isFull = true;
    void handle.cancel('enough').catch(() => undefined);
    await expect(handle.outcome()).rejects.toThrow('the disk is full');
    const left: string[] = [];
    for await (const { id } of world.executor.list(ground.owner, never())) left.push(id);
    expect(left).toEqual([]);
    await world.engine.dispose();
  });

  it('once lost, ends this engine’s part in the run: its workers are the other’s', async () => {
    const ground = memoryRunGround();
    const clock = testClock();
    const running = gate();
    const world = new World({
      runs: memoryRuns({ ground, clock }),
      clock,
      tasks: {
        'root_env.main': () => {
          running.open();
          return new Promise(() => undefined);
        },
      },
    });
    const handle = await world.start(root, 'main');
    await running.opened;
    clock.advance(60_000);
    const other = memoryRuns({ ground, clock });
    const taken = await other.acquire(handle.name, { holder: 'other', ttlMs: 60_000 }, never());
    expect(taken).toEqual({ epoch: 2 });
    await expect(handle.outcome()).rejects.toMatchObject({ code: 'AMBIT_RUN_NOT_OWNER' });
    const left: string[] = [];
    for await (const { id } of world.executor.list(ground.owner, never())) left.push(id);
    expect(left).toHaveLength(1);
    expect((await world.events(handle.name)).map(({ type }) => type)).not.toContain('worker.stopped');
    await world.engine.dispose();
  });
});
