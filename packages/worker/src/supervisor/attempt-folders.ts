import { mkdir, mkdirSync, rm, rmdir } from 'node:fs';
import { join } from 'node:path';

/**
 * Where attempts run: in the image's working folder where it declares one, else each in a fresh and empty folder. The next
 * one is made ahead, so that no attempt waits for the disk.
 */
export class AttemptFolders {
  readonly #directory: string;
  readonly #workdir: string | undefined;
  #made = 0;
  #next: Promise<string> | undefined;

  constructor(directory: string, workdir: string | undefined) {
    this.#directory = directory;
    this.#workdir = workdir;
  }

  get workdir(): string | undefined {
    return this.#workdir;
  }

  async take(): Promise<string> {
    if (this.#workdir !== undefined) {
      mkdirSync(this.#workdir, { recursive: true });
      return this.#workdir;
    }
    const folder = this.#next ?? this.#make();
    this.#next = this.#make();
    this.#next.catch(() => (this.#next = undefined));
    return folder;
  }

  /** In its own time. */
  remove(folder: string): void {
    if (folder === this.#workdir) return;
    const failed = (error: unknown): void => {
      if (error) console.error(`The folder ${folder} could not be removed: ${(error as Error).message}`);
    };
    rmdir(folder, (error) => {
      if (error) rm(folder, { recursive: true, force: true, maxRetries: 3 }, failed);
    });
  }

  #make(): Promise<string> {
    this.#made += 1;
    const folder = join(this.#directory, String(this.#made));
    return new Promise((resolve, reject) => {
      mkdir(folder, { recursive: true, mode: 0o700 }, (error) => (error ? reject(error) : resolve(folder)));
    });
  }
}
