import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workerCommand } from '@ambit/plugin-api';
import type { WorkerPlace, WorkerRequest } from '@ambit/plugin-api';
import { EngineEnd } from './engine-end.ts';
import type { EngineEndOptions } from './engine-end.ts';

export interface SceneOptions extends Partial<Omit<WorkerPlace, 'workDirectory'>> {
  readonly runtimeDirectory: string;
  readonly request?: Partial<WorkerRequest>;
  /** As somebody who starts it by hand does. */
  readonly withoutSpec?: boolean;
  /** What makes the pid namespace, where there is to be one. */
  readonly namespace?: readonly string[];
  /** More than the supervisor is to get of this machine: none of it may reach a task. */
  readonly ownEnv?: Record<string, string>;
}

export const namespaceWords = [
  'unshare',
  '--user',
  '--map-current-user',
  '--pid',
  '--mount-proc',
  '--fork',
  '--kill-child',
  'sh',
  '-c',
  '"$@"; exit $?',
  'sh',
];

/** Whether this machine allows pid namespaces. */
export const hasNamespaces = spawnSync(namespaceWords[0] ?? '', [...namespaceWords.slice(1), 'true']).status === 0;

/** A mount namespace in which this folder, beside the working folder, is another, empty one. */
export function hidingWords(name: string): string[] {
  const script = `mkdir -p ../${name} && mount -t tmpfs none ../${name} && "$@"; exit $?`;
  return ['unshare', '--user', '--map-root-user', '--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', script, 'sh'];
}

export const hasMountNamespaces =
  spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;

/** As where mounting `/proc` is refused: it shows the ids of the outer namespace. */
export const namespaceWordsWithoutProc = namespaceWords.filter((word) => word !== '--mount-proc');

/** A real supervisor as a process of its own, and engines that connect to it. */
export class WorkerScene {
  readonly id = `w-${randomUUID()}`;
  readonly directory = mkdtempSync(join(tmpdir(), 'aw-'));
  readonly workDirectory = join(this.directory, 'work');
  readonly #options: SceneOptions;
  readonly #privateKey: KeyObject;
  readonly #engines: EngineEnd[] = [];
  readonly process: ChildProcess;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  errors = '';

  constructor(options: SceneOptions) {
    this.#options = options;
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    this.#privateKey = privateKey;
    mkdirSync(this.workDirectory, { mode: 0o700 });
    const { argv, env } = workerCommand(this.#request(publicKey), this.#place());
    const [program = '', ...args] = [...(options.pidNamespace ? (options.namespace ?? namespaceWords) : []), ...argv];
    this.process = spawn(program, args, {
      cwd: this.workDirectory,
      env: { PATH: process.env['PATH'], ...options.ownEnv, ...(options.withoutSpec ? {} : env) },
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.process.stderr?.on('data', (data: Buffer) => (this.errors += data.toString()));
    this.exited = once(this.process, 'exit').then(([code, signal]) => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
    }));
  }

  async connect(options: Partial<EngineEndOptions> = {}): Promise<EngineEnd> {
    const { listen = { unix: join(this.directory, 's') } } = this.#options;
    const engine = await EngineEnd.open('unix' in listen ? listen.unix : listen.tcp, {
      worker: this.id,
      epoch: 1,
      sign: (text) => sign(null, Buffer.from(text), this.#privateKey).toString('base64'),
      ...options,
    });
    this.#engines.push(engine);
    return engine;
  }

  /** An engine with the bundle of the fake runner sent. */
  async ready(entry: object = {}, options: Partial<EngineEndOptions> = {}): Promise<EngineEnd> {
    const engine = await this.connect(options);
    engine.sendBundle(entry);
    return engine;
  }

  async dispose(): Promise<void> {
    for (const engine of this.#engines) engine.break();
    // The end of a namespace's first process is that of all in it; elsewhere the supervisor ends its runner.
    this.process.kill(this.#options.pidNamespace ? 'SIGKILL' : 'SIGTERM');
    await this.exited;
    await rm(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }

  #request(publicKey: KeyObject): WorkerRequest {
    return {
      id: this.id,
      owner: 'store-1',
      run: 'run-1',
      environment: 'env_1',
      image: { digest: `sha256:${'0'.repeat(64)}`, platform: 'linux/amd64' },
      resources: { cpu: { request: 1 } },
      env: {},
      volumes: [],
      publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
      resultTtlMs: 60_000,
      graceMs: 200,
      options: {},
      ...this.#options.request,
    };
  }

  #place(): WorkerPlace {
    const { runtimeDirectory, gpus = [], listen, pidNamespace = false, machineEnv, imageDirectory } = this.#options;
    return {
      runtimeDirectory,
      workDirectory: this.workDirectory,
      gpus,
      listen: listen ?? { unix: join(this.directory, 's') },
      pidNamespace,
      machineEnv: machineEnv ?? { PATH: process.env['PATH'] ?? '' },
      ...(imageDirectory === undefined ? {} : { imageDirectory }),
    };
  }
}

/** Whether a process with this argument lives anywhere on the machine; a zombie has none. */
export function hasProcess(argument: string): boolean {
  return readdirSync('/proc').some((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(argument);
    } catch {
      return false;
    }
  });
}

export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; !(await holds());) {
    if (Date.now() > end) throw new Error(`this did not come: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** An argument of `sleep` that no other process has. */
export function uniqueSeconds(): string {
  return `9${String(Math.random()).slice(2, 8)}.${process.pid}`;
}
