import { mkdirSync, rm, rmdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where attempts run: in the image's working folder where it declares one, else each in a fresh and empty folder. */
export class AttemptFolders {
  readonly #directory: string;
  readonly #workdir: string | undefined;
  #made = 0;

  constructor(directory: string, workdir: string | undefined) {
    this.#directory = directory;
    this.#workdir = workdir;
  }

  get workdir(): string | undefined {
    return this.#workdir;
  }

  make(action: string, attempt: number): string {
    if (this.#workdir !== undefined) {
      mkdirSync(this.#workdir, { recursive: true });
      return this.#workdir;
    }
    this.#made += 1;
    const name = action.replace(/[^\w-]+/g, '-').slice(0, 60);
    const folder = join(this.#directory, `${name}-${attempt}.${this.#made}`);
    if (this.#made === 1) mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    mkdirSync(folder, { mode: 0o700 });
    return folder;
  }

  /** In its own time where there is something in it. */
  remove(folder: string): void {
    if (folder === this.#workdir) return;
    try {
      rmdirSync(folder);
    } catch {
      rm(folder, { recursive: true, force: true, maxRetries: 3 }, (error) => {
        if (error) console.error(`The folder ${folder} could not be removed: ${error.message}`);
      });
    }
  }
}
