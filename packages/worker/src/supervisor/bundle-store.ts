import { closeSync, mkdirSync, openSync, renameSync, rm, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { AmbitError } from '@ambit/plugin-api';
import type { IncomingBundle } from '../protocol/worker-end.ts';

/** A bundle on this worker's disk. */
export interface StoredBundle {
  readonly digest: string;
  /** Absolute path of the module to import. */
  readonly entry: string;
}

export interface BundleStoreParts {
  readonly directory: string;
  /** What bundles import as `#ambit/runtime`. */
  readonly runtimeFile: string;
  /** Of the image. */
  readonly nodeModules?: string;
}

const manifest = JSON.stringify({ type: 'module', imports: { '#ambit/runtime': './runtime.js' } });
const ownNames = ['package.json', 'runtime.js', 'node_modules'];

/** The code that an engine sent: one folder per bundle, made aside and renamed, so that what is there is whole. */
export class BundleStore {
  readonly #parts: BundleStoreParts;
  readonly #stored = new Map<string, StoredBundle>();
  #latest: StoredBundle | undefined;
  #parted = 0;

  constructor(parts: BundleStoreParts) {
    this.#parts = parts;
  }

  get latest(): StoredBundle | undefined {
    return this.#latest;
  }

  get(digest: string): StoredBundle | undefined {
    return this.#stored.get(digest);
  }

  async store(incoming: IncomingBundle): Promise<StoredBundle> {
    const known = this.#stored.get(incoming.digest);
    if (known) await readOnly(incoming);
    this.#latest = known ?? (await this.#write(incoming));
    return this.#latest;
  }

  async #write(incoming: IncomingBundle): Promise<StoredBundle> {
    const folder = join(this.#parts.directory, folderName(incoming.digest));
    this.#parted += 1;
    const staging = `${folder}.${this.#parted}.part`;
    try {
      onDisk(() => this.#makeFolder(staging));
      const paths = new Set<string>();
      for await (const file of incoming.files) {
        checkPath(file.path, paths);
        await writeFile(join(staging, file.path), file);
      }
      if (!paths.has(incoming.entry)) throw refused(`its entry ${JSON.stringify(incoming.entry)} is none of its files`);
      return onDisk(() => this.#takePlace(staging, folder, incoming));
    } finally {
      rm(staging, { recursive: true, force: true }, () => undefined);
    }
  }

  /** The same bundle may have come over another connection meanwhile. */
  #takePlace(staging: string, folder: string, { digest, entry }: IncomingBundle): StoredBundle {
    const known = this.#stored.get(digest);
    if (known) return known;
    renameSync(staging, folder);
    const stored = { digest, entry: join(folder, entry) };
    this.#stored.set(digest, stored);
    return stored;
  }

  #makeFolder(staging: string): void {
    const { runtimeFile, nodeModules } = this.#parts;
    mkdirSync(staging, { recursive: true, mode: 0o700 });
    writeFileSync(join(staging, 'package.json'), manifest);
    symlinkSync(runtimeFile, join(staging, 'runtime.js'));
    if (nodeModules !== undefined) symlinkSync(nodeModules, join(staging, 'node_modules'));
  }
}

type IncomingFile = IncomingBundle['files'] extends AsyncIterable<infer File> ? File : never;

async function writeFile(path: string, { size, mode, data }: IncomingFile): Promise<void> {
  const descriptor = onDisk(() => {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, 'wx', (mode & 0o777) | 0o600);
  });
  let written = 0;
  try {
    for await (const chunk of data) {
      onDisk(() => {
        for (let at = 0; at < chunk.length;) at += writeSync(descriptor, chunk, at);
      });
      written += chunk.length;
    }
  } finally {
    closeSync(descriptor);
  }
  if (written !== size) throw refused(`a file has ${written} bytes where ${size} were announced`);
}

async function readOnly({ files }: IncomingBundle): Promise<void> {
  for await (const { data } of files) for await (const _ of data) continue;
}

function folderName(digest: string): string {
  const name = digest.replace(/^sha256:/, '');
  if (!/^[\w-]{1,128}$/.test(name)) throw refused(`${JSON.stringify(digest)} is no digest`);
  return name;
}

/** Nothing is written outside the bundle's folder, over another of its files, or over what stands there anyway. */
function checkPath(path: string, known: Set<string>): void {
  const isPlain = path !== '' && !path.startsWith('/') && !/[\\\0]/.test(path) && posix.normalize(path) === path && !path.startsWith('..');
  if (!isPlain || path.endsWith('/') || path === '.') throw refused(`the path ${JSON.stringify(path)} leads out of it or is not plain`);
  if (ownNames.includes(path.split('/')[0] ?? '')) throw refused(`the path ${JSON.stringify(path)} is taken`);
  if (known.has(path)) throw refused(`the path ${JSON.stringify(path)} comes twice`);
  known.add(path);
}

function refused(why: string): AmbitError {
  return new AmbitError('AMBIT_BUNDLE_REFUSED', `A bundle was refused: ${why}.`, {
    hint: 'Report this as a bug: the engine that sends bundles checks them too.',
  });
}

/** Tells a disk that does not take a bundle from a connection that does not bring it. */
function onDisk<Result>(act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    throw new AmbitError('AMBIT_BUNDLE_NOT_STORED', `A bundle could not be written to the disk: ${(error as Error).message}.`, {
      hint: 'Make room on the disk of the worker, or check the rights of its work folder.',
      cause: error,
    });
  }
}
