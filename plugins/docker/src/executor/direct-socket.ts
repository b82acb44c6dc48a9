import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** Of Linux; Node has no name for it: a place in the file system, not opened for reading. */
const O_PATH = 0o10000000;
const { O_DIRECTORY, O_NOFOLLOW } = constants;

export interface DirectWay {
  /** As its engine names it. */
  readonly container: string;
  /** The first process in it, as its engine counts processes. */
  readonly pid: number;
  /** Within it. */
  readonly socket: string;
  /** Where this machine tells of its processes. */
  readonly proc: string;
}

/**
 * A connection to a socket in a container, through the root that the kernel shows of its first process: nothing stands between.
 * Undefined where that process is not of this machine, is not this process's to look into, or has ended; waits until somebody listens.
 */
export async function directSocket(way: DirectWay, signal: AbortSignal): Promise<Socket | undefined> {
  const root = placeOf(() => openSync(`${way.proc}/${way.pid}/root`, O_PATH | O_DIRECTORY));
  if (typeof root !== 'number') return undefined;
  try {
    // Only now: a number that another process has taken meanwhile would be seen.
    while (isInContainer(way)) {
      signal.throwIfAborted();
      const socket = await listening(root, way.socket);
      if (socket !== 'nobody') return socket;
      await pause(2, undefined, { signal });
    }
    return undefined;
  } finally {
    closeSync(root);
  }
}

/** The control groups of a process name its container, whichever driver made them. */
function isInContainer({ proc, pid, container }: DirectWay): boolean {
  return placeOf(() => readFileSync(`${proc}/${pid}/cgroup`, 'utf8').includes(container)) === true;
}

/** Undefined where this process may not, or what is there is no socket. */
async function listening(root: number, path: string): Promise<Socket | undefined | 'nobody'> {
  const place = walk(root, path.split('/').filter(Boolean));
  if (typeof place !== 'number') return place === 'ENOENT' ? 'nobody' : undefined;
  try {
    return fstatSync(place).isSocket() ? await joined(place) : undefined;
  } finally {
    closeSync(place);
  }
}

/** Step by step: a link that a task puts on the way would lead out of its container. */
function walk(root: number, [name, ...rest]: readonly string[]): number | string {
  const isLast = rest.length === 0;
  const next = placeOf(() => openSync(`/proc/self/fd/${root}/${name}`, O_PATH | O_NOFOLLOW | (isLast ? 0 : O_DIRECTORY)));
  if (typeof next !== 'number' || isLast) return next;
  try {
    return walk(next, rest);
  } finally {
    closeSync(next);
  }
}

function joined(place: number): Promise<Socket | undefined | 'nobody'> {
  return new Promise((resolve) => {
    const socket = connect(`/proc/self/fd/${place}`);
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'ECONNREFUSED' || code === 'EAGAIN' ? 'nobody' : undefined));
  });
}

/** What is there, or the code of why not. */
function placeOf<T>(look: () => T): T | string {
  try {
    return look();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? '';
  }
}
