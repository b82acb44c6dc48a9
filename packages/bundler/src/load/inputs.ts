import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';

/** What shows that a file is as it was without reading it. */
export interface Stamp {
  readonly size: number;
  readonly changedMs: number;
  readonly inode: number;
}

export interface TrackedFile extends Stamp {
  readonly path: string;
  readonly sha256: string;
}

/** What a project was prepared from: as long as all of this holds, preparing it again gives the same. */
export interface Inputs {
  /** Milliseconds since the epoch, before the first file was looked at. */
  readonly takenAt: number;
  readonly files: readonly TrackedFile[];
  /** Paths that are not there; if one were, an import would mean something else. */
  readonly absent: readonly string[];
  readonly present: readonly string[];
}

/** A file that changes twice within one tick of the file system's clock may keep its stamp. */
const clockTickMs = 2000;

export function stampOf(path: string): Stamp | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats && { size: stats.size, changedMs: stats.ctimeMs, inode: stats.ino };
  } catch {
    return undefined;
  }
}

export function contentHash(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** The file as it is now, and its content. The stamp is the older: a change between the two shows. */
export function readTracked(path: string): { readonly file: TrackedFile; readonly text: string } | undefined {
  const stamp = stampOf(path);
  if (!stamp) return undefined;
  try {
    const data = readFileSync(path);
    return { file: { path, ...stamp, sha256: contentHash(data) }, text: data.toString('utf8') };
  } catch {
    return undefined;
  }
}

/** The inputs as they are now where they still mean the same, else the path that changed. The very object given where nothing was touched. */
export function currentInputs(inputs: Inputs): Inputs | string {
  const now = Date.now();
  const other = inputs.absent.find((path) => existsSync(path)) ?? inputs.present.find((path) => !existsSync(path));
  if (other !== undefined) return other;
  let touched = false;
  const files: TrackedFile[] = [];
  for (const file of inputs.files) {
    const stamp = stampOf(file.path);
    if (stamp && sameStamp(stamp, file) && file.changedMs < inputs.takenAt - clockTickMs) {
      files.push(file);
      continue;
    }
    const current = stamp && readTracked(file.path);
    if (current?.file.sha256 !== file.sha256) return file.path;
    files.push(current.file);
    touched = true;
  }
  return touched ? { ...inputs, takenAt: now, files } : inputs;
}

function sameStamp(a: Stamp, b: Stamp): boolean {
  return a.size === b.size && a.changedMs === b.changedMs && a.inode === b.inode;
}
