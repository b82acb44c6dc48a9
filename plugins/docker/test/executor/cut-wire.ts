import { createConnection, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A way to an engine that can be cut, and joined again. */
export class CutWire {
  readonly #directory = mkdtempSync('/tmp/ad-');
  readonly #open = new Set<Socket>();
  readonly #server;
  #isCut = false;

  constructor(socketPath: string) {
    this.#server = createServer((near) => {
      if (this.#isCut) return near.destroy();
      const far = createConnection(socketPath);
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#open.add(one);
        one.on('error', () => other.destroy()).on('close', () => this.#open.delete(one));
        one.pipe(other);
      }
      return undefined;
    });
    this.#server.listen(join(this.#directory, 's'));
  }

  get address(): string {
    return `unix://${join(this.#directory, 's')}`;
  }

  cut(isCut: boolean): void {
    this.#isCut = isCut;
    if (isCut) for (const socket of this.#open) socket.destroy();
  }

  async dispose(): Promise<void> {
    this.cut(true);
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.#directory, { recursive: true, force: true });
  }
}
