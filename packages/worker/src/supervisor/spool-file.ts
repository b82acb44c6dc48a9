import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';

/** A file of bytes that wait, made when the first come. Written at once: what the disk refuses is said to the caller. */
export class SpoolFile {
  readonly #path: string;
  #descriptor: number | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** False where the disk does not take it. */
  write(data: Uint8Array, position: number): boolean {
    try {
      this.#descriptor ??= openSync(this.#path, 'w+', 0o600);
      for (let at = 0; at < data.length;) at += writeSync(this.#descriptor, data, at, data.length - at, position + at);
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
