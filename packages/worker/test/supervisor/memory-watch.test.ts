import { afterEach, expect, it } from 'vitest';
import type { KillReason } from '../../src/supervisor/death-outcome.ts';
import { MemoryWatch } from '../../src/supervisor/memory-watch.ts';

let watch: MemoryWatch | undefined;
afterEach(() => watch?.end());

/** A runner in a container whose kernel has ended so many processes. */
function runner(memory: number, kills: number): { memoryKills: number; killed: Promise<KillReason>; watch: MemoryWatch } {
  let settle: (reason: KillReason) => void = () => undefined;
  const killed = new Promise<KillReason>((resolve) => (settle = resolve));
  const process = {
    pid: undefined,
    memoryKills: kills,
    tree: { memory: () => memory, kill: async () => undefined },
    kill: async (reason: KillReason) => settle(reason),
  };
  watch = new MemoryWatch({ process: () => process as never, limit: 100, onUsage: () => undefined });
  return Object.assign(process, { killed, watch });
}

it('ends an attempt that takes more than its limit', async () => {
  const { killed, watch: own } = runner(101, 0);
  own.begin();
  expect(await killed).toEqual({ kind: 'memory', limit: 100, peak: 101 });
});

it('ends an attempt of which the kernel has ended a process for want of memory, though its runner lives', async () => {
  const own = runner(50, 3);
  own.watch.begin();
  own.memoryKills = 4;
  expect(await own.killed).toEqual({ kind: 'container-memory' });
});

it('does not hold what the kernel ended before against an attempt', async () => {
  const own = runner(101, 3);
  own.watch.begin();
  expect(await own.killed).toMatchObject({ kind: 'memory' });
});
