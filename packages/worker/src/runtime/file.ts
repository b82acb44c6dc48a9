import { AmbitError } from '@ambit/plugin-api';
import { FILE, STORE } from './brands.ts';
import { fileStore } from './file-store.ts';
import { readFrom } from './hashed-file.ts';
import { copyFile, pathOfName, placeFile, plainName, readablePath } from './placed-files.ts';
import { contentUri, localPath, parseUri, unknownUri } from './ref-uri.ts';
import { sourceError } from './source-error.ts';
import { storeFile } from './store-folder.ts';
import { fileInTree } from './stored-tree.ts';

/** What a `File` is, as plain data; without a `uri` until it is written. */
export interface FileFacts {
  readonly uri?: string;
  readonly name: string;
  readonly size?: number;
  readonly sha256?: string;
}

export type FileData = string | Uint8Array | AsyncIterable<Uint8Array>;

/** Where the bytes of a file are. */
type Content = { readonly sha256: string; readonly size?: number } | { readonly local: string };

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

  /** Stores a file of this machine. */
  static async fromLocal(path: string | URL): Promise<File> {
    const from = localPath(path);
    const stored = await storeFile(from);
    return new File({ uri: contentUri(stored.sha256), name: plainName(from), ...stored });
  }

  /** Of a stored file, of a file in a stored directory, or a `file:` uri of this machine: its content is stored when it is handed on. */
  static fromUri(uri: string): File {
    return File.fromFacts({ uri, name: '' });
  }

  /** Stores text or bytes. */
  static async from(data: FileData, name?: string): Promise<File> {
    return File.newRemote(name).write(data);
  }

  /** From the data that another copy of this package knows a file by. */
  static fromFacts(facts: FileFacts): File {
    if (facts.uri === undefined) return new File(facts);
    const target = parseUri(facts.uri);
    if (target.kind === 'content') return new File({ ...facts, name: facts.name || 'file', sha256: target.sha256 });
    if (target.path === undefined) throw unknownUri(facts.uri, 'is a directory, and a file is wanted');
    return new File({ ...facts, name: facts.name || (target.kind === 'tree' ? target.path : plainName(target.path)) });
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

  /** Present where it has to be stored, or looked up, before it can be handed on. */
  get [STORE](): (() => Promise<FileFacts>) | undefined {
    const { uri } = this.#facts;
    return uri === undefined || parseUri(uri).kind === 'content' ? undefined : () => this.#stored();
  }

  /** Once. Resolves when the content is stored. */
  async write(data: FileData): Promise<this> {
    if (this.#writing || this.#facts.uri !== undefined)
      throw new AmbitError('AMBIT_FILE_WRITTEN', `The file "${this.name}" is written already; files do not change.`, {
        hint: 'Make another: File.newRemote(name).',
        facts: { name: this.name },
      });
    this.#writing = true;
    try {
      const { digest, size } = await fileStore().put(chunks(this.name, data));
      const sha256 = digest.slice('sha256:'.length);
      this.#facts = { uri: contentUri(sha256), name: this.name, size, sha256 };
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

  /** Where it lies on this machine, under its name: to be read, and for as long as the task runs. */
  async path(): Promise<string> {
    const content = await this.#content();
    return 'local' in content ? content.local : readablePath(content.sha256, this.name);
  }

  /** Copies it to a path of this machine, or into a folder under its name; answers the path. */
  async download(to: string): Promise<string> {
    const content = await this.#content();
    const path = await this.#targetOf(to);
    await ('local' in content ? copyFile(content.local, path) : placeFile(content.sha256, path));
    return path;
  }

  async #targetOf(to: string): Promise<string> {
    const { stat } = process.getBuiltinModule('node:fs/promises');
    const paths = process.getBuiltinModule('node:path');
    const isFolder =
      to.endsWith('/') ||
      (await stat(to).then(
        (found) => found.isDirectory(),
        () => false,
      ));
    return isFolder ? paths.resolve(to, pathOfName(this.name)) : paths.resolve(to);
  }

  async #stored(): Promise<FileFacts> {
    const content = await this.#content();
    const stored = 'local' in content ? await storeFile(content.local) : content;
    return { uri: contentUri(stored.sha256), name: this.name, ...stored };
  }

  async #content(): Promise<Content> {
    const { sha256, size } = this.#facts;
    if (sha256 !== undefined) return { sha256, ...(size !== undefined && { size }) };
    const target = parseUri(this.uri);
    if (target.kind === 'local') return { local: target.path };
    const entry = await fileInTree(target.sha256, target.kind === 'tree' ? (target.path ?? '') : '');
    this.#facts = { ...this.#facts, ...entry };
    return entry;
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    const content = await this.#content();
    if (!('local' in content)) {
      yield* fileStore().get(`sha256:${content.sha256}`);
      return;
    }
    try {
      yield* readFrom(content.local);
    } catch (error) {
      throw sourceError('file', content.local, error);
    }
  }
}

/** What any copy's `File` is known by. */
export function fileFactsOf(value: unknown): FileFacts | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const facts = (value as Record<symbol, unknown>)[FILE];
  return typeof facts === 'object' && facts !== null ? (facts as FileFacts) : undefined;
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

async function* chunks(name: string, data: FileData): AsyncGenerator<Uint8Array> {
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
