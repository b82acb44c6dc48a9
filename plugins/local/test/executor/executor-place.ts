import { mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomUUID } from 'node:crypto';
import { silentLogger, testClock, testHost } from '@ambit/testkit';
import type { Connection, Placement, Reservation, SharedState, WorkerHandle, WorkerRequest } from '@ambit/plugin-api';
import { installRuntime, localMachine, sqliteShared } from '../../src/index.ts';
import { LocalExecutor } from '../../src/executor/local-executor.ts';
import type { LocalExecutorParts } from '../../src/executor/local-executor.ts';

export const fakeSupervisor = fileURLToPath(new URL('../fixtures/fake-supervisor.js', import.meta.url));

export function never(): AbortSignal {
  return new AbortController().signal;
}

/** A machine of its own as far as folders go, on which fake supervisors are started. */
export class ExecutorPlace {
  readonly directory = mkdtempSync(join(tmpdir(), 'ambit-local-'));
  readonly sockets = mkdtempSync('/tmp/ax-');
  readonly clock = testClock();
  readonly machine = localMachine({ cacheDirectory: join(this.directory, 'cache'), stateDirectory: join(this.directory, 'state') });
  readonly stateDirectory = join(this.directory, 'state', 'local');
  readonly env: NodeJS.ProcessEnv = { PATH: process.env['PATH'], HOME: this.directory, XDG_RUNTIME_DIR: this.sockets };
  readonly #reservations: Reservation[] = [];
  readonly #shared: SharedState[] = [];

  /** What a further engine on this machine has. */
  open(parts: Partial<LocalExecutorParts> = {}): LocalExecutor {
    const { machine, stateDirectory, clock, env } = this;
    const shared = this.share();
    return new LocalExecutor({ instance: 'local', machine, stateDirectory, clock, env, log: silentLogger, shared, options: {}, ...parts });
  }

  /** A further handle on what engines share on this machine. */
  share(): SharedState {
    const shared = sqliteShared({ file: join(this.directory, 'machine.db') }).shared(testHost(this.directory, { clock: this.clock }));
    this.#shared.push(shared);
    return shared;
  }

  request(overrides: Partial<WorkerRequest> = {}): WorkerRequest {
    return {
      id: `w-${randomUUID()}`,
      owner: 'store-1',
      run: 'run-1',
      environment: 'env_1',
      image: { digest: `sha256:${'0'.repeat(64)}`, platform: 'linux/amd64' },
      resources: { cpu: { request: 1 } },
      env: {},
      volumes: [],
      publicKey: 'key',
      resultTtlMs: 1000,
      graceMs: 100,
      options: {},
      ...overrides,
    };
  }

  async placement(): Promise<Placement> {
    const digest = `sha256:${'1'.repeat(64)}` as const;
    const runtime = await installRuntime(this.machine, {
      files: [{ name: 'supervisor.js', path: fakeSupervisor }],
      node: process.execPath,
      digest,
    });
    const path = join(this.directory, 'image');
    return { runtime, image: { identity: this.request().image, locations: [{ kind: 'host-directory', machine: this.machine.id, path }] } };
  }

  async reserve(executor: LocalExecutor, overrides: Partial<WorkerRequest> = {}): Promise<Reservation> {
    const request = this.request(overrides);
    const answer = await executor.reserve(request, undefined, never());
    if (answer.outcome !== 'reserved') throw new Error(`the answer is ${answer.outcome}: ${answer.reason}`);
    const reservation = { ...answer, request };
    this.#reservations.push(reservation);
    return reservation;
  }

  async start(executor: LocalExecutor, fake: object = {}): Promise<{ reservation: Reservation; handle: WorkerHandle }> {
    const reservation = await this.reserve(executor, { env: { FAKE: JSON.stringify(fake) } });
    return { reservation, handle: await executor.start(reservation, await this.placement(), never()) };
  }

  async dispose(): Promise<void> {
    const executor = this.open();
    for (const reservation of this.#reservations) {
      await executor.stop(reservation, { graceMs: 0 }, never());
      await executor.release(reservation, never());
    }
    await executor.dispose();
    for (const shared of this.#shared) await shared.dispose();
    await rm(this.directory, { recursive: true, force: true });
    await rm(this.sockets, { recursive: true, force: true });
  }
}

/** What the fake supervisor says of itself, over an open connection. */
export async function greeting(
  connection: Connection,
): Promise<{ env: Record<string, string>; spec: Record<string, unknown>; cwd: string; argv: string[] }> {
  let text = '';
  for await (const chunk of connection.input) {
    text += Buffer.from(chunk).toString('utf8');
    if (text.endsWith('\n')) break;
  }
  return JSON.parse(text) as Awaited<ReturnType<typeof greeting>>;
}

/** Tells the fake supervisor to do something. */
export async function tell(executor: LocalExecutor, handle: WorkerHandle, word: string): Promise<void> {
  const connection = await executor.connect(handle, never());
  await connection.write(Buffer.from(word));
  for await (const _ of connection.input) continue;
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

export function uniqueSeconds(): string {
  return `9${String(Math.random()).slice(2, 8)}.${process.pid}`;
}

export function pidOf(handle: WorkerHandle): number {
  return (handle.state as unknown as { worker: { pid: number } }).worker.pid;
}

/** The process whose end is the end of the worker, however young that is: the first of its namespace, where it has one. */
export function lifeOf(handle: WorkerHandle): number {
  return (handle.state as unknown as { init?: { pid: number } }).init?.pid ?? pidOf(handle);
}
