import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { TaskEnvironment, taskContext } from 'ambit';

const small = new TaskEnvironment({ name: 'small_env', resources: { memory: '256Mi', cpu: 0.5 } });
const gpu = new TaskEnvironment({ name: 'gpu_env', resources: { gpu: 1 } });
const huge = new TaskEnvironment({ name: 'huge_env', resources: { memory: '4096Ti' } });
const wide = new TaskEnvironment({ name: 'wide_env', resources: { cpu: 100_000 } });

async function hoard(): Promise<never> {
  const parts: Buffer[] = [];
  for (;;) {
    parts.push(Buffer.alloc(2 ** 24, 1));
    await sleep(20);
  }
}

export const hoards = small.task('hoards', async () => hoard());
/** The same in a process that it starts. */
export const childHoards = small.task('child_hoards', async () => {
  const code = 'const parts = []; setInterval(() => parts.push(Buffer.alloc(2 ** 24, 1)), 20);';
  const child = spawn(process.execPath, ['-e', code], { stdio: 'inherit' });
  await once(child, 'exit');
  await sleep(60_000);
});
export const isModest = small.task('is_modest', async () => Buffer.alloc(2 ** 26, 1).length);
/** What the kernel says of this task's share, by either version of cgroups. */
export const limits = small.task('limits', async () => ({
  cpu: quota(
    textOf('/sys/fs/cgroup/cpu.max') ??
      `${textOf('/sys/fs/cgroup/cpu/cpu.cfs_quota_us')} ${textOf('/sys/fs/cgroup/cpu/cpu.cfs_period_us')}`,
  ),
}));
export const seesGpus = gpu.task('sees_gpus', async () => ({
  gpus: taskContext()!.gpus.length,
  visible: process.env['CUDA_VISIBLE_DEVICES']?.split(',').length ?? 0,
}));
export const needsMuch = huge.task('needs_much', async () => 'there it is');
export const needsMany = wide.task('needs_many', async () => 'there they are');

function quota(text: string): number | undefined {
  const [, most, period] = /^(\d+)\s+(\d+)/.exec(text.trim()) ?? [];
  return most === undefined ? undefined : Number(most) / Number(period);
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
