import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AmbitError, taskVariables, workerCommand } from '@ambit/plugin-api';
import type { Location, Placement, Reservation, WorkerGpu } from '@ambit/plugin-api';
import { pidNamespace } from '../machine/process-table.ts';
import type { ProcessTable } from '../machine/process-table.ts';
import { pause, supervisorLog } from './ground.ts';
import type { Ground } from './ground.ts';
import { socketPath } from './socket-directory.ts';
import { supervisorEnvironment } from './worker-environment.ts';
import { workerImage } from './worker-image.ts';
import type { StartRecord, StoredProcess } from './worker-records.ts';

export interface Launch {
  readonly reservation: Reservation;
  readonly placement: Placement;
  /** Those of the reservation. */
  readonly gpus: readonly WorkerGpu[];
  /** Empty where there are no namespaces. */
  readonly namespace: readonly string[];
  readonly sockets: string;
}

/** What is written before a process is made. */
export async function intendedStart(ground: Ground, { reservation, namespace, sockets }: Launch): Promise<StartRecord> {
  const { id } = reservation.request;
  return {
    boot: ground.boot,
    by: { pid: process.pid, startTime: (await ground.table.startTime(process.pid)) ?? '' },
    namespaced: namespace.length > 0,
    socket: socketPath(sockets, id),
    workDirectory: join(ground.machine.cacheDirectory, 'work', id),
    complete: false,
  };
}

/** Starts the supervisor of a start that is the caller's, detached, and writes down who it is. */
export async function launchWorker(ground: Ground, launch: Launch, intended: StartRecord): Promise<StartRecord> {
  const { id } = launch.reservation.request;
  try {
    const shared = hostDirectory(launch.placement.image.locations, ground.machine.id, 'image');
    const child = spawnSupervisor(ground, launch, intended, await workerImage(shared, intended.workDirectory));
    let running = true;
    child.once('exit', (code, signal) => {
      running = false;
      ground.exits.set(id, { code, signal });
      ground.changed();
    });
    const pid = await pidOf(child);
    const startTime = (await ground.table.startTime(pid)) ?? '';
    const started: StartRecord = { ...intended, worker: { pid, startTime } };
    ground.records.writeStart(id, started);
    const init = started.namespaced ? await namespaceInit(ground.table, pid, () => running) : undefined;
    const complete: StartRecord = { ...started, ...(init ? { init } : {}), complete: true };
    ground.records.writeStart(id, complete);
    return complete;
  } catch (error) {
    if (!ground.records.start(id)?.worker) {
      await rm(intended.workDirectory, { recursive: true, force: true }).catch(() => undefined);
      ground.records.unclaimStart(id);
    }
    throw AmbitError.is(error) ? error : notStarted(id, error);
  }
}

function spawnSupervisor(
  ground: Ground,
  { reservation, placement, gpus, namespace }: Launch,
  { socket, workDirectory, namespaced }: StartRecord,
  imageDirectory: string,
): ChildProcess {
  const { machine, env } = ground;
  const { argv, env: variables } = workerCommand(reservation.request, {
    runtimeDirectory: hostDirectory(placement.runtime.locations, machine.id, 'runtime'),
    imageDirectory,
    workDirectory,
    gpus,
    listen: { unix: socket },
    pidNamespace: namespaced,
    machineEnv: taskVariables(env),
  });
  mkdirSync(workDirectory, { recursive: true, mode: 0o700 });
  const log = openSync(supervisorLog(workDirectory), 'a', 0o600);
  const [program = '', ...args] = [...namespace, ...argv];
  const child = spawn(program, args, {
    cwd: workDirectory,
    env: { ...supervisorEnvironment(env), ...variables },
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.unref();
  return child;
}

function pidOf(child: ChildProcess): Promise<number> | number {
  return child.pid ?? new Promise((_, reject) => child.once('error', reject));
}

/** The first child of `unshare`: the namespace's first process, whose end is the end of all in it. */
async function namespaceInit(table: ProcessTable, pid: number, running: () => boolean): Promise<StartRecord['init']> {
  const patience = 10_000;
  for (const begun = Date.now(); Date.now() - begun < patience; await pause(1)) {
    const init = await initOf(table, pid);
    if (init) return init;
    if (!running()) return 'none';
  }
  return undefined;
}

export async function initOf(table: ProcessTable, pid: number): Promise<(StoredProcess & { readonly namespace: string }) | undefined> {
  const [first] = await table.children(pid);
  const namespace = first && pidNamespace(first.pid);
  return namespace === undefined ? undefined : { pid: first!.pid, startTime: first!.startTime, namespace };
}

function hostDirectory(locations: readonly Location[], machine: string, what: string): string {
  for (const location of locations) if (location.kind === 'host-directory' && location.machine === machine) return location.path;
  throw new AmbitError(
    'AMBIT_LOCAL_PLACEMENT',
    `The ${what} is in no folder of this machine: ${locations.map((each) => each.kind).join(', ') || 'it is nowhere'}.`,
    {
      hint: 'Take the builder "host" for environments that run on this machine.',
      facts: { machine, locations: locations.map((each) => each.kind) },
    },
  );
}

function notStarted(id: string, cause: unknown): AmbitError {
  return new AmbitError('AMBIT_WORKER_NOT_STARTED', `The worker ${id} could not be started on this machine: ${(cause as Error).message}.`, {
    hint: 'Check the space on the disk, and that this user may start more processes.',
    facts: { worker: id },
    cause,
  });
}
