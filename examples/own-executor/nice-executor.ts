import { spawn } from 'node:child_process';
import { closeSync, linkSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { simpleExecutor, taskVariables, workerCommand } from '@ambit/plugin-api';
import type { Executor, PluginHost, SimpleWorker, StartableWorker, Stopped } from '@ambit/plugin-api';

/** A process, named exactly: a pid is given to another some day, with its start time and the boot it is not. */
type Process = { readonly boot: string; readonly pid: number; readonly startTime: string };

export interface NiceOptions {
  /** How much the workers step back: 1 to 19. */
  readonly niceness?: number;
}

/** Runs workers of this machine, which is a Linux, under `nice`. */
export function niceExecutor(host: PluginHost, { niceness = 10 }: NiceOptions = {}): Executor {
  return simpleExecutor<Process>(host, {
    start: (worker) => start(worker, niceness),
    recover: async (worker) => recover(worker),
    isAlive: async (worker) => isAlive(worker),
    stop,
    connect,
  });
}

const boot = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
const claimOf = ({ directory }: SimpleWorker): string => join(directory, 'process');

/**
 * Before a process becomes the worker, it writes down who it is. The link is made by one: by this process, or by `recover`
 * after a crash, which then knows that no worker will come.
 */
const script = `
  read -r boot < /proc/sys/kernel/random/boot_id && read -r stat < /proc/self/stat &&
  echo "$boot $stat" > "$0.own" && ln "$0.own" "$0" && exec "$@"`;

async function start(worker: StartableWorker, niceness: number): Promise<Process> {
  const { argv, env } = workerCommand(worker.request, {
    ...worker.place,
    // In the folder in which the supervisor is started.
    listen: { unix: 'socket' },
    pidNamespace: false,
    machineEnv: taskVariables(process.env),
  });
  const log = openSync(worker.log, 'a', 0o600);
  const child = spawn('nice', ['-n', String(niceness), 'sh', '-c', script, claimOf(worker), ...argv], {
    cwd: worker.directory,
    env: { PATH: process.env['PATH'], ...env },
    // In a group and session of its own, so that it outlives this process, and Ctrl-C is not for it.
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.unref();
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  const started = parse(`${boot()} ${readStat(Number(child.pid)) ?? ''}`) ?? recover(worker);
  return started ?? Promise.reject(new Error('it ended at once'));
}

function recover(worker: SimpleWorker): Process | undefined {
  const claim = claimOf(worker);
  writeFileSync(`${claim}.none`, '');
  try {
    linkSync(`${claim}.none`, claim);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return parse(readFileSync(claim, 'utf8'));
}

function isAlive({ boot: at, pid, startTime }: Process): boolean {
  return at === boot() && parse(`${at} ${readStat(pid) ?? ''}`)?.startTime === startTime;
}

/** No namespace or cgroup is around a worker, so nothing proves that a process did not escape: it is said. */
async function stop(worker: Process, { graceMs }: { graceMs: number }, signal: AbortSignal): Promise<Stopped> {
  const tree = isAlive(worker) ? descendants(worker) : [];
  const livesAfter = async (milliseconds: number): Promise<boolean> => {
    for (const until = Date.now() + milliseconds; tree.some(isAlive); await pause(5, undefined, { signal }))
      if (Date.now() > until) return true;
    return false;
  };
  // A supervisor that is asked to end ends its tasks first.
  if (tree.length > 0) kill(worker, 'SIGTERM');
  if (await livesAfter(Math.max(graceMs, 1000))) for (const each of tree) kill(each, 'SIGKILL');
  if (await livesAfter(10_000)) return { stopped: 'no', reason: `process ${worker.pid} was killed and does not end` };
  const evidence = `process ${worker.pid} and what descended from it have ended (${tree.length} processes)`;
  return { stopped: 'unconfirmed', evidence, reason: 'a process that left its parent before may have escaped' };
}

/** By the folder in which the worker works: however long the path of that is, this one is short. */
function connect({ pid }: Process): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(`/proc/${pid}/cwd/socket`);
    socket.once('connect', () => resolve(socket));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (['ENOENT', 'ECONNREFUSED', 'EAGAIN'].includes(String(error.code))) resolve(undefined);
      else reject(error);
    });
  });
}

function kill(target: Process, signal: NodeJS.Signals): void {
  try {
    if (isAlive(target)) process.kill(target.pid, signal);
  } catch (error) {
    // It ended meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** A process and all below it. */
function descendants(root: Process): readonly Process[] {
  const stats = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (readStat(Number(name)) ?? []) : []));
  const all = [root];
  for (const { pid } of all)
    for (const stat of stats) {
      const child = fields(stat).parent === pid ? parse(`${root.boot} ${stat}`) : undefined;
      if (child) all.push(child);
    }
  return all;
}

function readStat(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    // Gone.
    return undefined;
  }
}

/** The name of a program stands in parentheses, and may hold anything. */
function fields(stat: string): { readonly state: string | undefined; readonly parent: number; readonly startTime: string } {
  const [state, parent, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state, parent: Number(parent), startTime: rest[17] ?? '' };
}

/** `BOOT STAT`. A zombie is no process any more. */
function parse(line: string): Process | undefined {
  const [boot = '', pid] = line.split(' ');
  const { state, startTime } = fields(line);
  return pid && state !== 'Z' && state !== 'X' ? { boot, pid: Number(pid), startTime } : undefined;
}
