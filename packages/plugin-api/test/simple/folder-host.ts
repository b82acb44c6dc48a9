import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Machine, PluginHost } from '../../src/index.ts';

/** A host whose machine is a folder of this one. */
export interface FolderHost extends PluginHost {
  readonly folder: string;
  /** Lets time pass. */
  advance(milliseconds: number): void;
  dispose(): Promise<void>;
}

export async function folderHost(): Promise<FolderHost> {
  const folder = await mkdtemp(join(tmpdir(), 'ambit-simple-'));
  let passed = 0;
  const ignore = (): void => undefined;
  return {
    folder,
    instance: 'cluster',
    log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    clock: {
      now: () => new Date(Date.now() + passed),
      sleep: async (milliseconds, signal) => void (await sleep(milliseconds, undefined, { signal })),
    },
    machine: folderMachine(folder),
    stateDirectory: join(folder, 'state'),
    shared: { lease: nothingShared, renew: nothingShared, unlease: nothingShared, dispose: async () => undefined },
    secret: () => Promise.reject(new Error('there are no secrets')),
    advance: (milliseconds) => void (passed += milliseconds),
    dispose: () => rm(folder, { recursive: true, force: true }),
  };
}

function nothingShared(): Promise<never> {
  return Promise.reject(new Error('nothing is shared'));
}

function folderMachine(folder: string): Machine {
  return {
    id: 'machine-1',
    cacheDirectory: join(folder, 'cache'),
    facts: async () => ({ os: 'linux', arch: 'x64', libc: 'glibc', home: folder, tools: [] }),
    run: ([program = '', ...args], { signal }) =>
      new Promise((resolve, reject) => {
        execFile(program, args, { signal, encoding: 'buffer' }, (error, stdout, stderr) => {
          if (error && typeof error.code !== 'number') reject(Object.assign(new Error(error.message), { code: error.code }));
          else resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
        });
      }),
    read: (path, signal) => createReadStream(path, { signal }),
    async write(path, data, { mode = 0o600 }) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(`${path}.part`, data, { mode });
      await rename(`${path}.part`, path);
    },
  };
}
