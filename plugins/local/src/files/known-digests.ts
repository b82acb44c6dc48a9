import { createHash, randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Digest } from '@ambit/plugin-api';

/** What was written so short a time before it was read may be written again without another time. */
const SETTLED_MS = 100;

interface Stored {
  readonly version: 1;
  /** By path: what the file system said, and the digest. */
  readonly files: Readonly<Record<string, readonly [stamp: string, digest: Digest]>>;
}

/** Digests of the files below one folder that were read before: a file that looks as it did then is not read again. */
export class KnownDigests {
  readonly #file: string;
  readonly #before: Map<string, readonly [stamp: string, digest: Digest]>;
  readonly #now = new Map<string, readonly [stamp: string, digest: Digest]>();
  #isChanged = false;

  private constructor(file: string, before: Map<string, readonly [string, Digest]>) {
    this.#file = file;
    this.#before = before;
  }

  /** `directory`: where such knowledge is kept, of all folders. */
  static async open(directory: string, root: string): Promise<KnownDigests> {
    const file = join(directory, `${createHash('sha256').update(root).digest('hex').slice(0, 32)}.json`);
    try {
      const { version, files } = JSON.parse(await readFile(file, 'utf8')) as Stored;
      return new KnownDigests(file, new Map(version === 1 ? Object.entries(files) : []));
    } catch {
      // None yet, or damaged: all is read.
      return new KnownDigests(file, new Map());
    }
  }

  find(path: string, stats: Stats): Digest | undefined {
    const known = this.#before.get(path);
    if (known?.[0] !== stampOf(stats)) return undefined;
    this.#now.set(path, known);
    return known[1];
  }

  /** `stats` were taken before the file was read, at `readAt`. */
  add(path: string, stats: Stats, digest: Digest, readAt: number): void {
    if (Math.max(stats.mtimeMs, stats.ctimeMs) > readAt - SETTLED_MS) return;
    this.#now.set(path, [stampOf(stats), digest]);
    this.#isChanged = true;
  }

  /** Keeps what was found or added, and forgets the rest. It only saves time: what cannot be kept is no error. */
  async save(): Promise<void> {
    if (!this.#isChanged && this.#now.size === this.#before.size) return;
    const aside = `${this.#file}.${randomUUID()}`;
    try {
      await mkdir(dirname(this.#file), { recursive: true });
      await writeFile(aside, JSON.stringify({ version: 1, files: Object.fromEntries(this.#now) } satisfies Stored), { mode: 0o600 });
      await rename(aside, this.#file);
    } catch {
      await rm(aside, { force: true }).catch(() => undefined);
    }
  }
}

function stampOf({ size, mtimeMs, ctimeMs, ino }: Stats): string {
  return `${size} ${mtimeMs} ${ctimeMs} ${ino}`;
}
