import { AmbitError } from '@ambit/plugin-api';
import type { Digest } from '@ambit/plugin-api';
import type { FileStore } from '../runtime/file-store.ts';
import { readFrom, writeHashed } from '../runtime/hashed-file.ts';
import { processFolder } from '../runtime/process-folder.ts';
import type { FromRunner, ToRunner } from './channel.ts';

type Answer = Extract<ToRunner, { type: 'file.got' | 'file.put.done' }>;

/** Files of tasks: written into the drafts folder and taken from there by the supervisor; read where it says. */
export class RunnerFiles implements FileStore {
  readonly #drafts: string;
  readonly #send: (message: FromRunner) => void;
  /** For what the task that runs wants to read by path; made when it is first needed. */
  scratch: string | undefined;
  readonly #asked = new Map<number, (answer: Answer) => void>();
  #last = 0;

  constructor(drafts: string, send: (message: FromRunner) => void) {
    this.#drafts = drafts;
    this.#send = send;
  }

  async put(data: AsyncIterable<Uint8Array>): Promise<{ digest: Digest; size: number }> {
    const path = `${this.#drafts}/${crypto.randomUUID()}`;
    const written = await writeHashed(path, data).catch((error: unknown) => {
      throw noRoom.test(String((error as { code?: unknown }).code)) ? notStored((error as Error).message) : error;
    });
    const { error } = await this.#ask((request) => ({ type: 'file.put', request, path, ...written }));
    if (error === undefined) return written;
    throw notStored(error, written);
  }

  async *get(digest: Digest): AsyncGenerator<Uint8Array> {
    yield* readFrom(await this.path(digest));
  }

  async path(digest: Digest): Promise<string> {
    const answer = await this.#ask((request) => ({ type: 'file.get', request, digest }));
    if ('path' in answer && answer.path !== undefined) return answer.path;
    throw missing(digest, answer.error ?? 'nobody has it');
  }

  async folder(): Promise<string> {
    if (this.scratch === undefined) return processFolder();
    await process.getBuiltinModule('node:fs/promises').mkdir(this.scratch, { recursive: true, mode: 0o700 });
    return this.scratch;
  }

  answer(answer: Answer): void {
    this.#asked.get(answer.request)?.(answer);
    this.#asked.delete(answer.request);
  }

  #ask(question: (request: number) => FromRunner): Promise<Answer> {
    const request = (this.#last += 1);
    return new Promise((resolve) => {
      this.#asked.set(request, resolve);
      this.#send(question(request));
    });
  }
}

/** The words of the system, wherever its disk is. */
const noRoom = /\bENOSPC\b|\bEDQUOT\b/;

function notStored(why: string, written?: { readonly digest: Digest; readonly size: number }): AmbitError {
  const size = written === undefined ? '' : ` of ${written.size} bytes`;
  return new AmbitError(noRoom.test(why) ? 'AMBIT_NO_SPACE' : 'AMBIT_FILE_NOT_STORED', `Content${size} could not be stored: ${why}.`, {
    hint: 'Look at the object store of the run, and at the disk on which the task works: is there space, and may they be written?',
    ...(written && { facts: written }),
  });
}

function missing(digest: Digest, why: string): AmbitError {
  return new AmbitError('AMBIT_OBJECT_MISSING', `The file with the content ${digest} cannot be read: ${why}.`, {
    hint: 'Run the task that writes the file again.',
    facts: { digest },
  });
}
