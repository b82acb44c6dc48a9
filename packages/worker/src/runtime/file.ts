import { AmbitError } from '@ambit/plugin-api';
import type { Digest } from '@ambit/plugin-api';
import { FILE } from './brands.ts';
import { fileStore } from './file-store.ts';

/** What a `File` is, as plain data; without a `uri` until it is written. */
export interface FileFacts {
  readonly uri?: string;
  readonly name: string;
  readonly size?: number;
  readonly sha256?: string;
}

const scheme = 'ambit://sha256/';

/** A file that tasks hand to each other: written once, known by its content, read wherever it is needed. */
export class File {
  #facts: FileFacts;
  #writing = false;

  private constructor(facts: FileFacts) {
    this.#facts = facts;
  }

  /** Also those that another copy of this package made: a runner has one, and the code that it runs another. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return this === File ? fileFactsOf(value) !== undefined : Function.prototype[Symbol.hasInstance].call(this, value);
  }

  /** A file that is still to be written. */
  static newRemote(name = 'file'): File {
    return new File({ name });
  }

  static fromUri(uri: string): File {
    return File.fromFacts({ uri, name: 'file' });
  }

  /** From the data that another copy of this package knows a file by. */
  static fromFacts(facts: FileFacts): File {
    if (facts.uri === undefined) return new File(facts);
    const sha256 = sha256Of(facts.uri);
    return new File({ ...facts, sha256 });
  }

  get uri(): string {
    const { uri, name } = this.#facts;
    if (uri !== undefined) return uri;
    throw new AmbitError('AMBIT_FILE_NOT_WRITTEN', `The file "${name}" has no content yet.`, {
      hint: 'Write it first: await file.write(…).',
      facts: { name },
    });
  }

  get name(): string {
    return this.#facts.name;
  }

  get size(): number | undefined {
    return this.#facts.size;
  }

  get sha256(): string | undefined {
    return this.#facts.sha256;
  }

  get [FILE](): FileFacts {
    return this.#facts;
  }

  /** Once. Resolves when the content is stored. */
  async write(data: string | Uint8Array | AsyncIterable<Uint8Array>): Promise<this> {
    if (this.#writing || this.#facts.uri !== undefined)
      throw new AmbitError('AMBIT_FILE_WRITTEN', `The file "${this.name}" is written already; files do not change.`, {
        hint: 'Make another: File.newRemote(name).',
        facts: { name: this.name },
      });
    this.#writing = true;
    try {
      const { digest, size } = await fileStore().put(chunks(this.name, data));
      const sha256 = digest.slice('sha256:'.length);
      this.#facts = { uri: scheme + sha256, name: this.name, size, sha256 };
    } finally {
      this.#writing = false;
    }
    return this;
  }

  async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes());
  }

  async json<T = unknown>(): Promise<T> {
    const text = await this.text();
    try {
      return JSON.parse(text) as T;
    } catch (cause) {
      throw new AmbitError('AMBIT_FILE_NOT_JSON', `The file "${this.name}" holds no JSON: ${(cause as Error).message}.`, {
        hint: 'Read it with text() or bytes(), or write JSON into it.',
        facts: { name: this.name },
        cause,
      });
    }
  }

  /** Without their ends (`\n` or `\r\n`), read as they are asked for. */
  async *lines(): AsyncGenerator<string> {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of this.#read()) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield withoutReturn(line);
    }
    rest += decoder.decode();
    if (rest !== '') yield withoutReturn(rest);
  }

  async bytes(): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for await (const chunk of this.#read()) parts.push(chunk);
    return new Uint8Array(Buffer.concat(parts));
  }

  stream(): ReadableStream<Uint8Array> {
    return ReadableStream.from<Uint8Array>(this.#read());
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    const digest: Digest = `sha256:${sha256Of(this.uri)}`;
    yield* fileStore().get(digest);
  }
}

/** What any copy's `File` is known by. */
export function fileFactsOf(value: unknown): FileFacts | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const facts = (value as Record<symbol, unknown>)[FILE];
  return typeof facts === 'object' && facts !== null ? (facts as FileFacts) : undefined;
}

function sha256Of(uri: string): string {
  const [, sha256] = /^ambit:\/\/sha256\/([0-9a-f]{64})$/.exec(uri) ?? [];
  if (sha256 !== undefined) return sha256;
  throw new AmbitError('AMBIT_FILE_URI', `"${uri}" names no file of Ambit.`, {
    hint: `Use the uri of a written file: ${scheme} and 64 hexadecimal digits.`,
    facts: { uri },
  });
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

async function* chunks(name: string, data: string | Uint8Array | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (typeof data === 'string' || data instanceof Uint8Array) yield toBytes(name, data);
  else for await (const chunk of data) yield toBytes(name, chunk);
}

/** Streams of Node may hand out text. */
function toBytes(name: string, data: unknown): Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (typeof data === 'string') return new TextEncoder().encode(data);
  throw new AmbitError('AMBIT_FILE_DATA', `The file "${name}" was given a piece that is neither text nor bytes.`, {
    hint: 'Write a string, a Uint8Array, or an async iterable of these.',
    facts: { name, type: typeof data },
  });
}
