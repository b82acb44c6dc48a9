import { AmbitError } from '@ambit/plugin-api';
import type { Digest } from '@ambit/plugin-api';
import { fileStore } from './file-store.ts';
import { inside } from './tree-paths.ts';

/** What a directory holds, by path relative to it. A folder comes before what is in it. */
export type TreeEntry =
  | { readonly kind: 'folder'; readonly path: string; readonly mode: number }
  | { readonly kind: 'file'; readonly path: string; readonly mode: number; readonly size: number; readonly sha256: string }
  | { readonly kind: 'link'; readonly path: string; readonly target: string };

const head = 'ambit-tree/1';
const mostBytes = 256 * 2 ** 20;

/** As text, one line an entry: equal contents are equal texts. */
export async function* treeText(entries: Iterable<TreeEntry>): AsyncGenerator<Uint8Array> {
  let text = `${head}\n`;
  for (const entry of entries) {
    text += `${JSON.stringify(lineOf(entry))}\n`;
    if (text.length < 65_536) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(text);
}

function lineOf(entry: TreeEntry): unknown[] {
  if (entry.kind === 'folder') return ['folder', entry.path, entry.mode];
  return entry.kind === 'link' ? ['link', entry.path, entry.target] : ['file', entry.path, entry.mode, entry.size, entry.sha256];
}

/** A stored directory's table of contents. What could not have come from a folder is refused. */
export class Tree {
  readonly entries: readonly TreeEntry[];
  readonly #byPath = new Map<string, TreeEntry>();

  constructor(entries: readonly TreeEntry[]) {
    this.entries = entries;
    for (const entry of entries) this.#byPath.set(entry.path, entry);
  }

  /** What lies at a path, links followed. */
  find(path: string): TreeEntry | undefined {
    const place = inside(this.links, [], path);
    return place === undefined ? undefined : this.#byPath.get(place);
  }

  /** Where the path of a link leads to, if that is inside. */
  readonly links = {
    get: (path: string): string | undefined => {
      const entry = this.#byPath.get(path);
      return entry?.kind === 'link' ? entry.target : undefined;
    },
  };
}

export async function readTree(sha256: string): Promise<Tree> {
  const digest: Digest = `sha256:${sha256}`;
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of fileStore().get(digest)) {
    size += part.byteLength;
    if (size > mostBytes) throw damaged(sha256, `its table of contents has more than ${mostBytes} bytes`);
    parts.push(part);
  }
  const [first, ...lines] = Buffer.concat(parts).toString().split('\n');
  if (first !== head || lines.pop() !== '') throw damaged(sha256, 'this is no table of contents');
  return checked(sha256, lines);
}

function checked(sha256: string, lines: readonly string[]): Tree {
  const folders = new Set<string>(['']);
  const paths = new Set<string>();
  const tree = new Tree(
    lines.map((line) => {
      const entry = entryOf(sha256, line);
      const { path } = entry;
      const isKnown = folders.has(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
      if (!isPlain(path) || !isKnown || paths.has(path)) throw damaged(sha256, `the path ${JSON.stringify(path)} cannot be`);
      paths.add(path);
      if (entry.kind === 'folder') folders.add(path);
      return entry;
    }),
  );
  for (const entry of tree.entries)
    if (entry.kind === 'link' && inside(tree.links, [], entry.path) === undefined)
      throw damaged(sha256, `its link "${entry.path}" leads out of it`);
  return tree;
}

function entryOf(sha256: string, line: string): TreeEntry {
  const [kind, path, third, size, digest] = fieldsOf(line);
  const isMode = Number.isInteger(third) && (third as number) >= 0 && (third as number) <= 0o777;
  if (typeof path === 'string') {
    if (kind === 'link' && typeof third === 'string') return { kind, path, target: third };
    if (kind === 'folder' && isMode) return { kind, path, mode: third as number };
    if (kind === 'file' && isMode && Number.isSafeInteger(size) && /^[0-9a-f]{64}$/.test(String(digest)))
      return { kind, path, mode: third as number, size: size as number, sha256: String(digest) };
  }
  throw damaged(sha256, `its line ${line.slice(0, 200)} is not understood`);
}

function fieldsOf(line: string): readonly unknown[] {
  try {
    const fields: unknown = JSON.parse(line);
    return Array.isArray(fields) ? fields : [];
  } catch {
    return [];
  }
}

/** Relative, and nowhere up. */
export function isPlain(path: string): boolean {
  return !path.includes('\0') && path.split('/').every((step) => step !== '' && step !== '.' && step !== '..');
}

function damaged(sha256: string, why: string): AmbitError {
  return new AmbitError('AMBIT_DIRECTORY_DAMAGED', `The content ${sha256} is not that of a directory: ${why}.`, {
    hint: 'Use the uri of a Directory that was stored.',
    facts: { sha256 },
  });
}
