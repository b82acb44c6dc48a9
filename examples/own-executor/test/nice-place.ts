import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { installRuntime, localMachine } from '@ambit/local';
import { platformOf } from '@ambit/plugin-api';
import type { Clock, Machine, Placement, WorkerHandle } from '@ambit/plugin-api';
import { testHost, wallClock } from '@ambit/testkit';
import type { ExecutorContext } from '@ambit/testkit';
import { niceExecutor } from '../nice-executor.ts';

export interface NicePlace extends ExecutorContext {
  readonly machine: Machine;
  readonly stateDirectory: string;
  /** Lets a day pass. */
  wait(): Promise<void>;
}

/** What the clauses of executors run against: a place of its own, and real workers in it. */
export async function nicePlace(): Promise<NicePlace> {
  const home = mkdtempSync(join(tmpdir(), 'own-executor-'));
  const machine = localMachine({ cacheDirectory: join(home, 'cache'), stateDirectory: join(home, 'state') });
  const identity = { digest: `sha256:${'0'.repeat(64)}`, platform: platformOf({ os: process.platform, arch: process.arch }) } as const;
  const image = join(home, 'image');
  mkdirSync(image);
  writeFileSync(join(image, 'image.json'), JSON.stringify({ version: 1, env: {}, path: [] }));
  const placement: Placement = {
    image: { identity, locations: [{ kind: 'host-directory', machine: machine.id, path: image }] },
    runtime: await installRuntime(machine, workerFiles()),
  };
  const stateDirectory = join(home, 'state/nice');
  let days = 0;
  const clock: Clock = { ...wallClock(), now: () => new Date(Date.now() + days * 86_400_000) };
  const wait = async (): Promise<void> => void (days += 1);
  return {
    machine,
    stateDirectory,
    wait,
    open: () => niceExecutor(testHost(stateDirectory, { instance: 'nice', machine, clock })),
    request: (chosen) => ({
      ...chosen,
      run: 'run-1',
      environment: 'background_env',
      image: identity,
      resources: { cpu: { request: 1 } },
      env: {},
      volumes: [],
      resultTtlMs: 60_000,
      graceMs: 1_000,
      options: null,
    }),
    placement,
    speaksProtocol: true,
    kill: async ({ state }: WorkerHandle) => void process.kill((state as { pid: number }).pid, 'SIGKILL'),
    expire: wait,
    processLives: async (argument) => readdirSync('/proc').some((pid) => /^\d+$/.test(pid) && argumentsOf(pid).includes(argument)),
    dispose: async () => rmSync(home, { recursive: true, force: true }),
  };
}

function argumentsOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    // It has ended meanwhile.
    return [];
  }
}

/** The worker as it is published. */
function workerFiles(): Parameters<typeof installRuntime>[1] {
  const folder = join(dirname(createRequire(import.meta.url).resolve('@ambit/worker/package.json')), 'dist/bin');
  const files = ['supervisor.js', 'runner.js', 'runtime.js'].map((name) => ({ name, data: readFileSync(join(folder, name)) }));
  const hash = createHash('sha256');
  for (const { data } of files) hash.update(data);
  return { files, node: process.execPath, digest: `sha256:${hash.digest('hex')}` };
}
