import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import type { WriteStream } from 'node:fs';
import { chmod, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AmbitError } from '@ambit/plugin-api';
import type { Digest } from '@ambit/plugin-api';
import type { EngineSession } from '../protocol/worker-end.ts';
import type { FromRunner } from '../runner/channel.ts';
import { isConnectionEnd } from './connection-end.ts';
import type { EngineLink } from './engine-link.ts';
import type { RunnerProcess } from './runner-process.ts';
import { SharedObjects } from './shared-objects.ts';

type FileRequest = Extract<FromRunner, { type: 'file.put' | 'file.get' }>;

/** Contents of files that this worker has had, by digest: what a task wrote or read is not fetched again. */
export class ObjectFiles {
  readonly #directory: string;
  readonly #drafts: string;
  readonly #link: EngineLink;
  readonly #fetching = new Map<string, Promise<string>>();
  readonly #shared = new SharedObjects();
  #drafted = 0;

  constructor(directory: string, drafts: string, link: EngineLink) {
    this.#directory = directory;
    this.#drafts = drafts;
    this.#link = link;
  }

  /** Does what a runner asks for, and answers it. */
  async serve(runner: RunnerProcess, message: FileRequest): Promise<void> {
    const { request } = message;
    const isPut = message.type === 'file.put';
    try {
      if (!isPut) return runner.send({ type: 'file.got', request, path: await this.get(message.digest) });
      await this.put(message.path, message.digest, message.size);
      runner.send({ type: 'file.put.done', request });
    } catch (error) {
      runner.send({ type: isPut ? 'file.put.done' : 'file.got', request, error: (error as Error).message });
    }
  }

  /** Takes a draft of a task's. Resolves when the engine has it too, however long none is there. */
  async put(draft: string, digest: string, size: number): Promise<void> {
    if (dirname(draft) !== this.#drafts) throw notAFile(draft);
    const path = this.#pathOf(digest);
    await chmod(draft, 0o444);
    await rename(draft, path);
    await this.#withEngine(async (session) => {
      if (await this.#shared.put(session, path, { digest, size })) return;
      const stored = await session.putObject(createReadStream(path));
      if (stored.digest !== digest || stored.size !== size) throw damaged(digest, stored.digest);
    });
  }

  /** The absolute path of the whole content. */
  async get(digest: string): Promise<string> {
    const path = this.#pathOf(digest);
    const fetching = this.#fetching.get(digest);
    if (fetching) return fetching;
    if (existsSync(path)) return path;
    const fetched = this.#withEngine((session) => this.#fetch(session, digest, path));
    this.#fetching.set(digest, fetched);
    return fetched.finally(() => this.#fetching.delete(digest));
  }

  async #fetch(session: EngineSession, digest: string, path: string): Promise<string> {
    const shared = await this.#shared.get(session, digest, path);
    if (shared !== undefined) return shared;
    this.#drafted += 1;
    const draft = join(this.#drafts, `fetched-${this.#drafted}`);
    try {
      const found = await writeAll(draft, session.getObject(digest as Digest, {}));
      if (found !== digest) throw damaged(digest, found);
      await rename(draft, path);
      return path;
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }

  /** Again with the next engine where the connection ends under it. */
  async #withEngine<Result>(act: (session: EngineSession) => Promise<Result>): Promise<Result> {
    for (let session = await this.#link.connected(); ; session = await this.#link.connected(session)) {
      try {
        return await act(session);
      } catch (error) {
        if (!isConnectionEnd(error)) throw error;
      }
    }
  }

  #pathOf(digest: string): string {
    const name = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
    if (!name) throw notAFile(digest);
    return join(this.#directory, name);
  }
}

/** Answers the digest of what was written. */
async function writeAll(path: string, data: AsyncIterable<Uint8Array>): Promise<string> {
  const { createHash } = process.getBuiltinModule('node:crypto');
  const hash = createHash('sha256');
  const file = createWriteStream(path, { flags: 'wx', mode: 0o444 });
  const failed = new Promise<never>((_, reject) => file.once('error', reject));
  failed.catch(() => undefined);
  try {
    for await (const chunk of data) {
      hash.update(chunk);
      if (!file.write(chunk)) await Promise.race([failed, drained(file)]);
    }
    await Promise.race([failed, new Promise<void>((resolve) => file.end(resolve))]);
  } finally {
    file.destroy();
  }
  return `sha256:${hash.digest('hex')}`;
}

function drained(file: WriteStream): Promise<void> {
  return new Promise((resolve) => file.once('drain', resolve));
}

function notAFile(what: string): AmbitError {
  return new AmbitError('AMBIT_OBJECT_REFUSED', `${JSON.stringify(what)} is neither a draft of this worker's nor a digest.`, {
    hint: 'Write and read files with File of ambit.',
  });
}

function damaged(wanted: string, found: string): AmbitError {
  return new AmbitError('AMBIT_OBJECT_DAMAGED', `The content ${wanted} arrived as ${found}.`, {
    hint: 'Check the disks of the worker and of the object store; run the task again.',
    facts: { wanted, found },
  });
}
