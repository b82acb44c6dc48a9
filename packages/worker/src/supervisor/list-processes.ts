import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

/** A process as it is at one moment. A pid is given to another process some day; a pid with its start time is not. */
export interface ListedProcess {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** As the system tells it; only compared. */
  readonly startTime: string;
  /** Resident bytes. */
  readonly memory: number;
}

/** All processes that this one sees, in the numbers of `/proc`. A zombie counts as dead. */
export function listProcesses(): readonly ListedProcess[] {
  if (process.platform !== 'linux') return listWithPs();
  return readdirSync('/proc').flatMap((name) => (isNumber(name) ? (readProcess(name) ?? []) : []));
}

/** One process: `self` is this one. */
export function readProcess(name: number | string): ListedProcess | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${name}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The name stands in parentheses and may hold any character.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, parent, group, session] = fields;
  if (state === 'Z' || state === 'X') return undefined;
  return {
    pid: Number.parseInt(stat, 10),
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    startTime: fields[19] ?? '',
    memory: Number(fields[21]) * pageSize(),
  };
}

function isNumber(name: string): boolean {
  const first = name.charCodeAt(0);
  return first >= 48 && first <= 57;
}

let knownPageSize: number | undefined;

/** From the auxiliary vector, where entry 6 is the size of a page. */
function pageSize(): number {
  knownPageSize ??= readPageSize();
  return knownPageSize;
}

function readPageSize(): number {
  try {
    const vector = readFileSync('/proc/self/auxv');
    for (let at = 0; at + 16 <= vector.length; at += 16) if (vector.readUInt32LE(at) === 6) return vector.readUInt32LE(at + 8);
  } catch {
    // Not readable in some sandboxes: nearly every machine has pages of this size.
  }
  return 4096;
}

function listWithPs(): readonly ListedProcess[] {
  const columns = ['pid=', 'ppid=', 'pgid=', 'rss=', 'stat=', 'lstart='].flatMap((column) => ['-o', column]);
  try {
    const text = execFileSync('ps', ['-A', ...columns], { encoding: 'utf8', env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' } });
    return text.split('\n').flatMap((line) => parsePsLine(line) ?? []);
  } catch {
    return [];
  }
}

function parsePsLine(line: string): ListedProcess | undefined {
  const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line);
  if (!match || match[5]?.startsWith('Z')) return undefined;
  const [pid = 0, parent = 0, group = 0, kilobytes = 0] = match.slice(1, 5).map(Number);
  return { pid, parent, group, session: group, startTime: match[6] ?? '', memory: kilobytes * 1024 };
}
