import type { ListedProcess, ProcessName, ProcessTable } from './process-table.ts';

/** A process, what descends from it, and what is in its group: all that is known to belong to it at this moment. */
export async function processTree(table: ProcessTable, root: number): Promise<readonly ProcessName[]> {
  const listed = await table.list();
  const childrenOf = new Map<number, ListedProcess[]>();
  for (const each of listed) childrenOf.set(each.parent, [...(childrenOf.get(each.parent) ?? []), each]);
  const found = new Map<number, ListedProcess>();
  const open = listed.filter((each) => each.pid === root || each.group === root);
  for (let next = open.pop(); next; next = open.pop()) {
    if (found.has(next.pid)) continue;
    found.set(next.pid, next);
    open.push(...(childrenOf.get(next.pid) ?? []));
  }
  return [...found.values()];
}

/** Kills each of these processes that still is the one it was. */
export async function killAll(table: ProcessTable, processes: readonly ProcessName[]): Promise<void> {
  for (const each of processes) if ((await table.startTime(each.pid)) === each.startTime) sendSignal(each.pid, 'SIGKILL');
}

/** A process that is gone already is no error. A negative pid names a group. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
