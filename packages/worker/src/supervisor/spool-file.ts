import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A file of bytes that wait. Written at once: what the disk refuses is said to the caller. */
export class SpoolFile {
  readonly #path: string;
  #descriptor: number | undefined;
  #size = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** How far it was ever written. */
  get size(): number {
    return this.#size;
  }

  /** False where the disk does not take it. */
  write(data: Uint8Array, position: number): boolean {
    try {
      this.#descriptor ??= openSync(this.#path, 'w+', 0o600);
      for (let at = 0; at < data.length;) at += writeSync(this.#descriptor, data, at, data.length - at, position + at);
      this.#size = Math.max(this.#size, position + data.length);
      return true;
    } catch {
      return false;
    }
  }

  read(position: number, length: number): Buffer {
    const data = Buffer.allocUnsafe(length);
    if (this.#descriptor === undefined) return data.subarray(0, 0);
    let at = 0;
    for (let read = -1; at < length && read !== 0; at += read) read = readSync(this.#descriptor, data, at, length - at, position + at);
    return data.subarray(0, at);
  }

  remove(): void {
    if (this.#descriptor === undefined) return;
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
    try {
      unlinkSync(this.#path);
    } catch {
      // Gone with its folder already.
    }
  }
}

const mostKept = 8;
const largestKept = 2 ** 20;

/** Files of one folder, small ones used again: making a file may wait for the disk, writing one seldom does. */
export class SpoolFiles {
  readonly #directory: string;
  readonly #free: SpoolFile[] = [];
  #made = 0;

  constructor(directory: string) {
    this.#directory = directory;
  }

  take(): SpoolFile {
    const free = this.#free.pop();
    if (free) return free;
    this.#made += 1;
    return new SpoolFile(join(this.#directory, String(this.#made)));
  }

  giveBack(file: SpoolFile | undefined): void {
    if (file && file.size <= largestKept && this.#free.length < mostKept) this.#free.push(file);
    else file?.remove();
  }
}
