import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { platformOf } from '@ambit/plugin-api';
import type { Clock, Executor, Placement, PluginHost, Reservation, WorkerHandle, WorkerRequest } from '@ambit/plugin-api';
import { memoryMachine, testHost, wallClock } from '@ambit/testkit';
import type { ExecutorContext } from '@ambit/testkit';
import { packRuntime } from '@ambit/worker/portable';
import { Containers } from '../../src/daemon/containers.ts';
import { dockerDaemon } from '../../src/daemon/docker-daemon.ts';
import type { Daemon } from '../../src/daemon/daemon.ts';
import { docker } from '../../src/index.ts';
import type { DockerPluginOptions } from '../../src/index.ts';
import { CutProxy } from '../../../../tools/cut-proxy.ts';
import { engine } from '../testbed.ts';

/** One cache for all test files of a run: packing takes a second. */
const cache = join(tmpdir(), 'ambit-docker-test-runtimes');

async function packed(machine: string): Promise<Placement['runtime']> {
  const bin = join(dirname(createRequire(import.meta.url).resolve('@ambit/worker/package.json')), 'dist/bin');
  const names = ['supervisor.js', 'runner.js', 'runtime.js', 'relay.js', 'copy.js'];
  const files = names.map((name) => ({ name, data: readFileSync(join(bin, name)) }));
  const platform = platformOf({ os: process.platform, arch: process.arch });
  const { digest, path } = await packRuntime(cache, { files, node: process.execPath }, platform);
  return { digest, locations: [{ kind: 'host-directory', machine, path }] };
}

/** How an engine is reached: of one at a `socket` workers are connected to directly, and through it where it is at a `port`. */
export type EngineAt = 'socket' | 'port';

/** An engine, and a folder of its own for the state of what uses it. */
export class ContainerPlace {
  /** Past the way that can be cut. */
  readonly daemon: Daemon = dockerDaemon({ registries: {}, ...(engine && { host: engine }) }, { env: {}, home: '/nowhere' });
  readonly containers = new Containers(this.daemon);
  readonly #directory = mkdtempSync(join(tmpdir(), 'ad-'));
  readonly #proxy: CutProxy;
  readonly #machine = memoryMachine();
  #ahead = 0;

  private constructor(engineAt: EngineAt) {
    const place = engineAt === 'port' ? engineAt : { directory: this.#directory };
    this.#proxy = new CutProxy((engine ?? '').replace('unix://', ''), place);
  }

  static async make(engineAt: EngineAt): Promise<ContainerPlace> {
    const place = new ContainerPlace(engineAt);
    await place.join();
    return place;
  }

  open(options: DockerPluginOptions = {}, secrets: Readonly<Record<string, string>> = {}): Executor {
    return docker({ host: this.#proxy.host, ...options }).executor(this.#host(secrets));
  }

  request(overrides: Partial<WorkerRequest> = {}, reference = 'busybox:latest'): WorkerRequest {
    return {
      id: `w-${crypto.randomUUID()}`,
      owner: 'store-1',
      run: 'run-a',
      environment: 'env_1',
      image: { digest: `sha256:${'0'.repeat(64)}`, platform: platformOf({ os: process.platform, arch: process.arch }), reference },
      resources: { cpu: { request: 1 } },
      env: {},
      volumes: [],
      publicKey: '',
      resultTtlMs: 60_000,
      graceMs: 1000,
      options: {},
      ...overrides,
    };
  }

  async placement({ image }: WorkerRequest = this.request()): Promise<Placement> {
    return { image: { identity: image, locations: [] }, runtime: await packed(this.#machine.id) };
  }

  cut(): Promise<void> {
    return this.#proxy.cut();
  }

  join(): Promise<void> {
    return this.#proxy.join();
  }

  async kill({ state }: WorkerHandle): Promise<void> {
    await this.containers.stop((state as { container: string }).container, 0, never());
  }

  /** So much later, for what reads the time. */
  advance(milliseconds: number): void {
    this.#ahead += milliseconds;
  }

  async dispose(): Promise<void> {
    await this.cut();
    await rm(this.#directory, { recursive: true, force: true });
  }

  #host(secrets: Readonly<Record<string, string>>): PluginHost {
    const clock: Clock = { ...wallClock(), now: () => new Date(Date.now() + this.#ahead) };
    return testHost(join(this.#directory, 'state'), { instance: 'docker', machine: this.#machine, clock, secrets });
  }
}

/** What executor clauses run against: real workers in containers of a real engine. */
export async function containerContext(engineAt: EngineAt): Promise<ExecutorContext> {
  const place = await ContainerPlace.make(engineAt);
  return {
    patienceMs: 60_000,
    open: () => place.open(),
    request: (chosen) => place.request(chosen),
    placement: await place.placement(),
    speaksProtocol: true,
    kill: (handle) => place.kill(handle),
    expire: async ({ expiresAt = '' }: Reservation) => place.advance(Date.parse(expiresAt) - Date.now()),
    cutOff: (isCutOff) => (isCutOff ? place.cut() : place.join()),
    processLives: async (argument) => hasProcess(argument),
    dispose: () => place.dispose(),
  };
}

/** Processes of containers of this machine are its own too. */
export function hasProcess(argument: string): boolean {
  return readdirSync('/proc').some((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(argument);
    } catch {
      return false;
    }
  });
}

export function never(): AbortSignal {
  return new AbortController().signal;
}
