import { isAlive, type ProcessName } from '../machine/process-table.ts';
import { killAll, processTree, sendSignal } from '../machine/process-tree.ts';
import type { Stopped } from '@ambit/plugin-api';
import { pause } from './ground.ts';
import type { Ground } from './ground.ts';
import { initOf } from './worker-start.ts';
import type { StartRecord } from './worker-records.ts';
import { lives } from './worker-state.ts';
import type { Started } from './worker-state.ts';

export interface StopOptions {
  readonly graceMs: number;
  readonly signal: AbortSignal;
}

/** How long killed processes may take to go: one that waits for a dead disk does not go at all. */
const deathMs = 15_000;

/** Ends a worker and all that it started, and says how far that is proved. */
export async function stopWorker(ground: Ground, start: Started, options: StopOptions): Promise<Stopped> {
  if (start.boot !== ground.boot) return rebooted(start);
  return start.namespaced ? stopNamespace(ground, start, options) : stopGroup(ground, start, options);
}

/** The kernel ends a pid namespace with its first process, and lets that go only when all others in it are gone. */
async function stopNamespace(ground: Ground, start: Started, options: StopOptions): Promise<Stopped> {
  const { table } = ground;
  const init = start.init ?? (await initOf(table, start.worker.pid));
  const known: Started = { ...start, ...(init ? { init } : {}) };
  if (init && init !== 'none') {
    const [supervisor] = await table.children(init.pid);
    if (supervisor) await askToEnd(ground, supervisor, known, options);
    await killAll(table, [init]);
  }
  if (!(await goneWithin(ground, known, options.signal, init ? 1000 : 0))) await killAll(table, [start.worker]);
  if (!(await goneWithin(ground, known, options.signal, deathMs))) return livesOn(start.worker);
  if (init === 'none')
    return {
      stopped: 'proved',
      mechanism: 'pid-namespace',
      evidence: `no pid namespace came to be: process ${start.worker.pid}, which was to make it, has ended`,
    };
  if (init) {
    const evidence = `pid namespace ${init.namespace} has ended: its first process ${init.pid} is gone, and the kernel ends all others before it`;
    return { stopped: 'proved', mechanism: 'pid-namespace', evidence };
  }
  return {
    stopped: 'unconfirmed',
    evidence: `process ${start.worker.pid} has ended`,
    reason: 'it ended before anybody saw the first process of its pid namespace',
  };
}

/** Without a namespace: what descends from the supervisor or is in its group, also what appears while that is killed. */
async function stopGroup(ground: Ground, start: Started, options: StopOptions): Promise<Stopped> {
  const { table } = ground;
  const { pid } = start.worker;
  const isOurs = await isAlive(table, start.worker);
  const before = isOurs ? await processTree(table, pid) : [];
  if (isOurs) await askToEnd(ground, start.worker, start, options);
  const ended = new Set<number>();
  const until = Date.now() + deathMs;
  for (let left = await remaining(table, before, pid, isOurs); left.length > 0; left = await remaining(table, before, pid, isOurs)) {
    options.signal.throwIfAborted();
    if (Date.now() > until) return livesOn(start.worker);
    for (const each of left) ended.add(each.pid);
    await killAll(table, left);
    await pause(5);
  }
  for (const each of before) ended.add(each.pid);
  return {
    stopped: 'unconfirmed',
    evidence: `process ${pid}, its group and all that descended from it have ended (${ended.size} processes)`,
    reason: 'this machine allows no pid namespaces, so a process that left the group before may have escaped',
  };
}

/** A group's number is not given away while the group has members, but may be after: only one that was seen alive is asked for. */
async function remaining(
  table: Ground['table'],
  before: readonly ProcessName[],
  root: number,
  isOurs: boolean,
): Promise<readonly ProcessName[]> {
  const alive = await Promise.all(before.map(async (each) => ((await isAlive(table, each)) ? [each] : [])));
  return isOurs ? [...alive.flat(), ...(await processTree(table, root))] : alive.flat();
}

async function askToEnd(ground: Ground, supervisor: ProcessName, start: Started, { graceMs, signal }: StopOptions): Promise<void> {
  if (graceMs <= 0) return;
  sendSignal(supervisor.pid, 'SIGTERM');
  await goneWithin(ground, start, signal, graceMs);
}

async function goneWithin(
  ground: Ground,
  start: Pick<StartRecord, 'boot' | 'init'> & Started,
  signal: AbortSignal,
  milliseconds: number,
): Promise<boolean> {
  for (const until = Date.now() + milliseconds; ; await pause(1)) {
    signal.throwIfAborted();
    if (!(await lives(ground, start))) return true;
    if (Date.now() >= until) return false;
  }
}

function livesOn({ pid }: ProcessName): Stopped {
  return { stopped: 'no', reason: `process ${pid} or one of its namespace has been killed and does not end: it may wait for a device` };
}

function rebooted({ namespaced, boot }: Started): Stopped {
  const evidence = `this machine was started anew since (the worker was of boot ${boot})`;
  if (namespaced) return { stopped: 'proved', mechanism: 'pid-namespace', evidence };
  return { stopped: 'unconfirmed', evidence, reason: 'this machine allows no pid namespaces' };
}
