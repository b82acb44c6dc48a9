import { AmbitError } from '@ambit/plugin-api';
import type { BundleMessage } from './messages.ts';
import { protocolBroken } from './protocol-errors.ts';
import type { IncomingBundle } from './worker-end.ts';

const mostFiles = 20_000;
const mostBytes = 4 * 2 ** 30;
const longestPath = 1024;

type FileFacts = BundleMessage['files'][number];
type IncomingFile = IncomingBundle['files'] extends AsyncIterable<infer File> ? File : never;

/** Both ends check what a bundle says of its files: the engine to say what is wrong, the worker for its own sake. */
export function checkBundle(bundle: { readonly digest: string; readonly entry: string; readonly files: readonly FileFacts[] }): void {
  const fault = faultOf(bundle.entry, bundle.files);
  if (fault === undefined) return;
  throw new AmbitError('AMBIT_BUNDLE_REFUSED', `The bundle ${bundle.digest} cannot be sent to a worker: ${fault}.`, {
    hint: 'Make the assets of the environment fewer, smaller, or give them plain relative paths.',
    facts: { digest: bundle.digest },
  });
}

function faultOf(entry: string, files: readonly FileFacts[]): string | undefined {
  if (files.length > mostFiles) return `it has ${files.length} files; the limit is ${mostFiles}`;
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  if (bytes > mostBytes) return `it has ${bytes} bytes; the limit is ${mostBytes}`;
  const paths = new Set(files.map((file) => file.path));
  if (paths.size < files.length) return 'two of its files have one path';
  const wrong = files.find((file) => !isPlain(file.path) || file.mode > 0o777);
  if (wrong) return `its file ${JSON.stringify(wrong.path.slice(0, 200))} has a path or mode that is not plain`;
  return paths.has(entry) ? undefined : `its entry ${JSON.stringify(entry.slice(0, 200))} is none of its files`;
}

/** Relative, and nowhere up, on every system. */
function isPlain(path: string): boolean {
  if (path.length > longestPath || /[\0\\]|^[A-Za-z]:/.test(path)) return false;
  return path.split('/').every((step) => step !== '' && step !== '.' && step !== '..');
}

/** Cuts the one blob of a bundle into its files. */
export function incomingBundle(message: BundleMessage, blob: AsyncIterable<Uint8Array>): IncomingBundle {
  const { digest, entry } = message;
  return { digest, entry, files: files(message, blob) };
}

async function* files(message: BundleMessage, blob: AsyncIterable<Uint8Array>): AsyncGenerator<IncomingFile> {
  const source = new Cutter(blob);
  try {
    for (const { path, size, mode } of message.files) {
      const data = source.take(size);
      yield { path, size, mode, data };
      for await (const _ of data) continue;
    }
    await source.expectEnd();
  } finally {
    await source.end();
  }
}

class Cutter {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(blob: AsyncIterable<Uint8Array>) {
    this.#chunks = blob[Symbol.asyncIterator]();
  }

  /** What is not read of it is read over by whoever asks for the next one. */
  take(size: number): AsyncIterableIterator<Uint8Array> {
    let left = size;
    const next = async (): Promise<IteratorResult<Uint8Array>> => {
      if (left === 0) return { done: true, value: undefined };
      if (this.#rest.length === 0) this.#rest = await this.#more();
      const value = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(value.length);
      left -= value.length;
      return { done: false, value };
    };
    const iterator: AsyncIterableIterator<Uint8Array> = { next, [Symbol.asyncIterator]: () => iterator };
    return iterator;
  }

  async expectEnd(): Promise<void> {
    if (this.#rest.length === 0 && (await this.#chunks.next()).done) return;
    throw protocolBroken('a bundle has more bytes than its files');
  }

  async end(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #more(): Promise<Uint8Array> {
    const chunk = await this.#chunks.next();
    if (chunk.done) throw protocolBroken('a bundle ends before its last file');
    return chunk.value;
  }
}
