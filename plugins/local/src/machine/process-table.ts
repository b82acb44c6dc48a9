import { execFile } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** A process, named exactly: a pid is given to another process some day, a pid with its start time is not. */
export interface ProcessName {
  readonly pid: number;
  /** As the system tells it; only compared. */
  readonly startTime: string;
}

export interface ListedProcess extends ProcessName {
  readonly parent: number;
  readonly group: number;
}

/** What the system knows of its processes. A zombie counts as dead: it is in no answer. */
export interface ProcessTable {
  startTime(pid: number): Promise<string | undefined>;
  list(): Promise<readonly ListedProcess[]>;
  children(pid: number): Promise<readonly ProcessName[]>;
}

export function processTable(platform: string = process.platform): ProcessTable {
  return platform === 'linux' ? procTable : psTable;
}

/** Whether this very process still runs. */
export async function isAlive(table: ProcessTable, process: ProcessName): Promise<boolean> {
  return (await table.startTime(process.pid)) === process.startTime;
}

/** The id of a process's pid namespace, where the system has such. */
export function pidNamespace(pid: number): string | undefined {
  try {
    return /\[(\d+)\]/.exec(readlinkSync(`/proc/${pid}/ns/pid`))?.[1];
  } catch {
    return undefined;
  }
}

/** Linux: files that cost microseconds, so reading them blocks nobody. */
const procTable: ProcessTable = {
  startTime: async (pid) => readStat(pid)?.startTime,
  list: async () => readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (readStat(Number(name)) ?? []) : [])),
  async children(pid) {
    const pids = childPids(pid);
    if (!pids) return (await procTable.list()).filter((each) => each.parent === pid);
    return pids.flatMap((child) => readStat(child) ?? []);
  },
};

/** Undefined where the kernel does not offer this file. */
function childPids(pid: number): readonly number[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return undefined;
  }
}

function readStat(pid: number): ListedProcess | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The name stands in parentheses and may hold any character.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, parent, group] = fields;
  if (state === 'Z' || state === 'X') return undefined;
  return { pid, parent: Number(parent), group: Number(group), startTime: fields[19] ?? '' };
}

const psTable: ProcessTable = {
  startTime: async (pid) => (await ps(['-p', String(pid)]))[0]?.startTime,
  list: () => ps(['-A']),
  children: async (pid) => (await ps(['-A'])).filter((each) => each.parent === pid),
};

function ps(selection: readonly string[]): Promise<readonly ListedProcess[]> {
  const columns = ['-o', 'pid=', '-o', 'ppid=', '-o', 'pgid=', '-o', 'stat=', '-o', 'lstart='];
  return new Promise((resolve) => {
    execFile('ps', [...selection, ...columns], { env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' } }, (_error, stdout) => {
      resolve(stdout.split('\n').flatMap((line) => parsePsLine(line) ?? []));
    });
  });
}

function parsePsLine(line: string): ListedProcess | undefined {
  const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line);
  if (!match || match[4]?.startsWith('Z')) return undefined;
  return { pid: Number(match[1]), parent: Number(match[2]), group: Number(match[3]), startTime: match[5] ?? '' };
}
