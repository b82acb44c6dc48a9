import { AmbitError } from '@ambit/plugin-api';
import { STORE, TREE } from './brands.ts';
import { File } from './file.ts';
import { fileStore } from './file-store.ts';
import { globPattern } from './glob.ts';
import { copyFolder, placeTree, plainName } from './placed-files.ts';
import { contentUri, innerUri, localPath, localUri, parseUri, treeUri, unknownUri } from './ref-uri.ts';
import type { RefTarget } from './ref-uri.ts';
import { storeFolder } from './store-folder.ts';
import { storedTree } from './stored-tree.ts';
import { isPlain } from './tree.ts';
import { walkFolder } from './walk-folder.ts';

/** What a `Directory` is, as plain data. */
export interface DirectoryFacts {
  readonly uri: string;
  readonly name: string;
}

type Target = Extract<RefTarget, { kind: 'local' | 'tree' }>;

/** A directory that tasks hand to each other, known by what is in it: files with their modes, empty folders, and links that stay inside. */
export class Directory {
  readonly #facts: DirectoryFacts;
  readonly #target: Target;

  private constructor(facts: DirectoryFacts) {
    const target = parseUri(facts.uri);
    const isOther = target.kind === 'content' || (target.kind === 'tree' && target.path !== undefined);
    if (isOther) throw unknownUri(facts.uri, 'is a file, and a directory is wanted');
    this.#target = target;
    const name = facts.name || (target.kind === 'local' ? plainName(target.path) : 'directory');
    this.#facts = { uri: facts.uri, name };
  }

  /** Also those that another copy of this package made. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return this === Directory ? directoryFactsOf(value) !== undefined : Function.prototype[Symbol.hasInstance].call(this, value);
  }

  /** A new, empty folder of this machine, to be filled by its path. What is in it is stored each time that it is handed on. */
  static async newLocal(): Promise<Directory> {
    const { mkdtemp } = process.getBuiltinModule('node:fs/promises');
    return new Directory({ uri: localUri(await mkdtemp(`${await fileStore().folder()}/new-`)), name: 'directory' });
  }

  /** Stores a folder of this machine. */
  static async fromLocal(path: string | URL): Promise<Directory> {
    const from = localPath(path);
    return new Directory({ uri: treeUri(await storeFolder(from)), name: plainName(from) });
  }

  /** Of a stored directory, or a `file:` uri of this machine: what is in it is stored when it is handed on. */
  static fromUri(uri: string): Directory {
    return new Directory({ uri, name: '' });
  }

  /** From the data that another copy of this package knows a directory by. */
  static fromFacts(facts: DirectoryFacts): Directory {
    return new Directory(facts);
  }

  get uri(): string {
    return this.#facts.uri;
  }

  get name(): string {
    return this.#facts.name;
  }

  get [TREE](): DirectoryFacts {
    return this.#facts;
  }

  /** Present where it has to be stored before it can be handed on. */
  get [STORE](): (() => Promise<DirectoryFacts>) | undefined {
    const target = this.#target;
    return target.kind === 'tree' ? undefined : async () => ({ uri: treeUri(await storeFolder(target.path)), name: this.name });
  }

  /** One of its files, by its path in it. Whether there is one shows when it is read. */
  file(path: string): File {
    if (!isPlain(path)) throw notInside(path);
    const { kind, path: root } = this.#target;
    const uri = kind === 'tree' ? innerUri(this.uri, path) : localUri(`${root}/${path}`);
    return File.fromFacts({ uri, name: path });
  }

  /** Its files, in the order of their paths, which are their names; those that a glob means, such as `reads/**\/*.fq`. */
  async *files(glob?: string): AsyncGenerator<File> {
    const pattern = glob === undefined ? undefined : globPattern(glob);
    for await (const file of this.#all()) if (!pattern || pattern.test(file.name)) yield file;
  }

  /** Where it lies on this machine, for as long as the task runs. */
  async path(): Promise<string> {
    const target = this.#target;
    if (target.kind === 'local') return target.path;
    const { access } = process.getBuiltinModule('node:fs/promises');
    const to = `${await fileStore().folder()}/${target.sha256.slice(0, 16)}-directory/${plainName(this.name)}`;
    const isThere = (): Promise<boolean> =>
      access(to).then(
        () => true,
        () => false,
      );
    if (await isThere()) return to;
    try {
      await placeTree(await storedTree(target.sha256), to);
    } catch (error) {
      // Another call may have been at it too.
      if (!(await isThere())) throw error;
    }
    return to;
  }

  /** Copies it to a path where nothing is, or an empty folder; answers the path. */
  async download(to: string): Promise<string> {
    const path = localPath(to);
    const target = this.#target;
    await (target.kind === 'local' ? copyFolder(target.path, path) : placeTree(await storedTree(target.sha256), path));
    return path;
  }

  async *#all(): AsyncGenerator<File> {
    const target = this.#target;
    if (target.kind === 'local') {
      for (const { kind, path } of await walkFolder(target.path))
        if (kind === 'file' || (kind === 'link' && (await isFile(`${target.path}/${path}`)))) yield this.file(path);
      return;
    }
    const tree = await storedTree(target.sha256);
    for (const { kind, path } of tree.entries) {
      const entry = kind === 'folder' ? undefined : tree.find(path);
      if (entry?.kind !== 'file') continue;
      const { sha256, size } = entry;
      yield File.fromFacts({ uri: contentUri(sha256), name: path, sha256, size });
    }
  }
}

/** What any copy's `Directory` is known by. */
export function directoryFactsOf(value: unknown): DirectoryFacts | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const facts = (value as Record<symbol, unknown>)[TREE];
  return typeof facts === 'object' && facts !== null ? (facts as DirectoryFacts) : undefined;
}

async function isFile(path: string): Promise<boolean> {
  const { stat } = process.getBuiltinModule('node:fs/promises');
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

function notInside(path: string): AmbitError {
  return new AmbitError('AMBIT_DIRECTORY_PATH', `${JSON.stringify(path)} is no path in a directory.`, {
    hint: 'Write it relative and without "..": directory.file("reads/a.fq").',
    facts: { path },
  });
}
