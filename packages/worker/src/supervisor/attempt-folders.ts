import { existsSync, lstatSync, mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { removeTree } from './remove-tree.ts';

/** A folder as it was made. */
interface FreshFolder {
  readonly path: string;
  readonly inode: number;
  readonly mode: number;
}

/** How long one is kept for the next attempt. */
const keptMs = 500;

/**
 * Where attempts run: in the image's working folder where it declares one, else each in a fresh and empty folder. One in which
 * nothing was ever made is fresh still, and is kept a moment for the next attempt: making and removing folders would be most
 * of what a short attempt costs.
 */
export class AttemptFolders {
  readonly #directory: string;
  readonly #workdir: string | undefined;
  #made = 0;
  #scratches = 0;
  #fresh: FreshFolder | undefined;
  #isTaken = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(directory: string, workdir: string | undefined) {
    this.#directory = directory;
    this.#workdir = workdir;
  }

  get workdir(): string | undefined {
    return this.#workdir;
  }

  /** Throws where there is none to be had. */
  take(): string {
    if (this.#workdir !== undefined) {
      mkdirSync(this.#workdir, { recursive: true });
      return this.#workdir;
    }
    this.#fresh ??= this.#make();
    this.#isTaken = true;
    return this.#fresh.path;
  }

  /** The attempt is over: what it left goes in its own time. */
  remove(folder: string): void {
    if (folder === this.#workdir) return;
    this.#isTaken = false;
    if (this.#fresh && isUntouched(this.#fresh)) this.#dropLater();
    else this.#drop();
  }

  /** A name for a folder beside them, for what one attempt reads by path; nothing is made. */
  scratch(): string {
    this.#scratches += 1;
    return join(this.#directory, `scratch-${this.#scratches}`);
  }

  /** Most attempts make none. To look costs a hundredth of what an asynchronous removal does. */
  removeScratch(folder: string): void {
    if (existsSync(folder)) removeSoon(folder);
  }

  #dropLater(): void {
    if (this.#timer) this.#timer.refresh();
    else this.#timer = setTimeout(() => (this.#isTaken ? undefined : this.#drop()), keptMs).unref();
  }

  #drop(): void {
    const folder = this.#fresh?.path;
    this.#fresh = undefined;
    if (folder !== undefined) removeSoon(folder);
  }

  #make(): FreshFolder {
    this.#made += 1;
    const path = join(this.#directory, String(this.#made));
    mkdirSync(path, { recursive: true, mode: 0o700 });
    // Whatever is made or removed in it changes this time.
    utimesSync(path, 0, 0);
    const { ino: inode, mode } = lstatSync(path);
    return { path, inode, mode };
  }
}

function removeSoon(folder: string): void {
  removeTree(folder).catch((error: unknown) => {
    console.error(`The folder ${folder} could not be removed: ${(error as Error).message}`);
  });
}

function isUntouched({ path, inode, mode }: FreshFolder): boolean {
  const now = lstatSync(path, { throwIfNoEntry: false });
  return now?.mtimeMs === 0 && now.ino === inode && now.mode === mode;
}
