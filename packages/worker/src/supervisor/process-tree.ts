import { listProcesses, readProcess } from './list-processes.ts';
import type { ListedProcess } from './list-processes.ts';

/** A runner and all that it started, however that tried to get away. */
export interface ProcessTree {
  /** Resident bytes of all of it. */
  memory(): number;
  /** Ends all of it. Resolves with true when nothing is left; with false where something does not end within `patienceMs`. */
  kill(patienceMs: number): Promise<boolean>;
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Just after the runner was started. */
export function processTree(pid: number, pidNamespace: boolean): ProcessTree {
  return pidNamespace && isFirstOfNamespace() ? new NamespaceTree() : new GroupTree(pid);
}

/**
 * Only a process that is the first of its namespace, or a child of it and about as old, may believe that it is in one of
 * its own: `kill(-1)` elsewhere would end all processes of the user.
 */
function isFirstOfNamespace(): boolean {
  const young = 64;
  return process.platform === 'linux' && (process.pid === 1 || (process.ppid === 1 && process.pid < young));
}

/** In a pid namespace of this worker's own, where everything but this process and the first one is the runner's. */
class NamespaceTree implements ProcessTree {
  memory(): number {
    return total(this.#members());
  }

  async kill(patienceMs: number): Promise<boolean> {
    if (hasStrangers()) return killMembers(() => this.#members(), patienceMs);
    for (const until = Date.now() + patienceMs; ; await pause(1)) {
      sendSignal(-1, 'SIGKILL');
      if (this.#members().length === 0) return true;
      if (Date.now() > until) return false;
    }
  }

  /** `/proc` may show the ids of an outer namespace, so it is asked who this process and its parent are there. */
  #members(): readonly ListedProcess[] {
    const self = readProcess('self');
    if (!self) return [];
    const first = process.pid === 1 ? self.pid : self.parent;
    const others = listProcesses().filter((each) => each.pid !== self.pid);
    return withDescendants(others, (each) => each.parent === first || each.parent === self.pid);
  }
}

/**
 * Without a namespace: what descends from the runner or is in its group or session, and what was seen to be so before. A
 * process that left all of these before anybody looked has escaped.
 */
class GroupTree implements ProcessTree {
  readonly #pid: number;
  readonly #startTime: string | undefined;
  readonly #seen = new Map<number, string>();

  constructor(pid: number) {
    this.#pid = pid;
    this.#startTime = readProcess(pid)?.startTime;
  }

  memory(): number {
    return total(this.#members());
  }

  kill(patienceMs: number): Promise<boolean> {
    return killMembers(() => this.#members(), patienceMs);
  }

  #members(): readonly ListedProcess[] {
    const listed = listProcesses();
    const leader = listed.find((each) => each.pid === this.#pid);
    const numberIsOurs = !leader || this.#startTime === undefined || leader.startTime === this.#startTime;
    const isOurs = (each: ListedProcess): boolean =>
      (numberIsOurs && (each.pid === this.#pid || each.group === this.#pid || each.session === this.#pid)) ||
      this.#seen.get(each.pid) === each.startTime;
    const found = withDescendants(listed, isOurs).filter((each) => each.pid !== process.pid);
    this.#seen.clear();
    for (const each of found) this.#seen.set(each.pid, each.startTime);
    return found;
  }
}

/** Processes that somebody put into the namespace from outside (`docker exec`): they have no parent in it, and are not the runner's. */
function hasStrangers(): boolean {
  if (readProcess('self')?.pid !== process.pid) return false;
  return listProcesses().some((each) => each.parent === 0 && each.pid !== 1 && each.pid !== process.pid);
}

/** One by one, stopped first: what is stopped starts nothing more, so that nothing is born between looking and killing. */
async function killMembers(members: () => readonly ListedProcess[], patienceMs: number): Promise<boolean> {
  const frozen = new Set<number>();
  for (let fresh = members(); fresh.length > 0; fresh = members().filter((each) => !frozen.has(each.pid))) {
    for (const { pid } of fresh) {
      frozen.add(pid);
      sendSignal(pid, 'SIGSTOP');
    }
  }
  for (const until = Date.now() + patienceMs; ; await pause(1)) {
    const left = members();
    if (left.length === 0) return true;
    if (Date.now() > until) return false;
    for (const each of left) sendSignal(each.pid, 'SIGKILL');
  }
}

function withDescendants(listed: readonly ListedProcess[], isRoot: (process: ListedProcess) => boolean): readonly ListedProcess[] {
  const childrenOf = new Map<number, ListedProcess[]>();
  for (const each of listed) {
    const siblings = childrenOf.get(each.parent);
    if (siblings) siblings.push(each);
    else childrenOf.set(each.parent, [each]);
  }
  const found = new Map<number, ListedProcess>();
  const open = listed.filter(isRoot);
  for (let next = open.pop(); next; next = open.pop()) {
    if (found.has(next.pid)) continue;
    found.set(next.pid, next);
    open.push(...(childrenOf.get(next.pid) ?? []));
  }
  return [...found.values()];
}

function total(processes: readonly ListedProcess[]): number {
  return processes.reduce((sum, each) => sum + each.memory, 0);
}

/** A process that is gone already is no error. A negative pid names a group, -1 all that there are. */
function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
