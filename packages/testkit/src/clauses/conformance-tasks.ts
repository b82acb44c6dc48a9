import { createHash } from 'node:crypto';
import type { WorkerSession } from '@ambit/worker/protocol';
import type { MemoryTask, MemoryTaskContext } from '../memory/memory-task.ts';

/** What a task of the clauses sees of its world. */
export interface SeenWorld {
  readonly env: Readonly<Record<string, string>>;
  readonly directory: string;
  /** What is in its working folder. */
  readonly names: readonly string[];
}

/**
 * The tasks of the clauses, for workers in memory. `offspring` is told of each process that a task starts, and gives
 * what ends it.
 */
export function conformanceTasks(
  offspring: (argument: string) => () => void = () => () => undefined,
): Readonly<Record<string, MemoryTask>> {
  const left = new Map<string, string>();
  return {
    'conform.echo': (_, value: unknown) => value,
    'conform.world': ({ action, env, workdir }: MemoryTaskContext, leave?: string): SeenWorld => {
      const directory = workdir ?? `/memory/work/${action}`;
      const name = left.get(directory);
      if (leave !== undefined) left.set(directory, leave);
      return { env, directory, names: name === undefined ? [] : [name] };
    },
    'conform.offspring': ({ signal }: MemoryTaskContext, argument: string) => signal.addEventListener('abort', offspring(argument)),
  };
}

/** The same for workers that have a process. */
const source = `
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { defineTask } from '#ambit/runtime';

defineTask('conform.echo', async (value) => value);
defineTask('conform.world', async (leave) => {
  const world = { env: { ...process.env }, directory: process.cwd(), names: readdirSync('.') };
  if (leave !== undefined) writeFileSync(leave, '');
  return world;
});
defineTask('conform.offspring', async (argument) => {
  const child = spawn('sh', ['-c', 'sleep 300; :', argument], { detached: true, stdio: 'ignore' });
  await once(child, 'spawn');
  child.unref();
});
`;

const data = Buffer.from(source);
const digest = `sha256:${createHash('sha256').update(data).digest('hex')}`;

/** Sends the tasks of the clauses to a worker, with a file beside them where one is given; returns their bundle's digest. */
export function sendConformanceTasks(session: WorkerSession, beside?: Uint8Array): string {
  const files = [{ path: 'main.js', mode: 0o644, data }, ...(beside ? [{ path: 'beside.bin', mode: 0o644, data: beside }] : [])];
  session.sendBundle({ digest, entry: 'main.js', files });
  return digest;
}
