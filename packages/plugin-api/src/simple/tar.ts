import type { LayerEntry } from '../layer-files.ts';

/** What goes into a tar: an entry of layer files, or one like it that nobody has summed. */
export type TarEntry = Omit<Extract<LayerEntry, { kind: 'file' }>, 'digest'> | Exclude<LayerEntry, { kind: 'file' }>;

const BLOCK = 512;
const LONGEST_NAME = 100;
/** The largest number of eleven octal digits. */
const LARGEST_SIZE = 0o77777777777;

/** A tar without times and owners: the same bytes for the same entries. `read` gives exactly as many bytes as an entry's size says, or throws. */
export async function* tar(
  entries: Iterable<TarEntry>,
  read: (path: string) => AsyncIterable<Uint8Array> = noFile,
): AsyncGenerator<Uint8Array> {
  for (const entry of entries) {
    yield* headers(entry);
    if (entry.kind !== 'file') continue;
    yield* read(entry.path);
    if (entry.size % BLOCK > 0) yield new Uint8Array(BLOCK - (entry.size % BLOCK));
  }
  yield new Uint8Array(2 * BLOCK);
}

/** Of entries without files. */
function noFile(path: string): never {
  throw new TypeError(`nobody reads ${path}`);
}

function* headers(entry: TarEntry): Generator<Uint8Array> {
  const name = entry.kind === 'folder' ? `${entry.path}/` : entry.path;
  const target = entry.kind === 'link' ? entry.target : '';
  const size = entry.kind === 'file' ? entry.size : 0;
  const records = [
    ...(isLong(name) ? [record('path', name)] : []),
    ...(isLong(target) ? [record('linkpath', target)] : []),
    ...(size > LARGEST_SIZE ? [record('size', `${size}`)] : []),
  ];
  if (records.length > 0) {
    const text = Buffer.from(records.join(''));
    yield header({ name: 'PaxHeader', type: 'x', mode: 0o644, size: text.length, target: '' });
    yield Buffer.concat([text, Buffer.alloc((BLOCK - (text.length % BLOCK)) % BLOCK)]);
  }
  const type = { file: '0', folder: '5', link: '2' }[entry.kind];
  const mode = entry.kind === 'link' ? 0o777 : entry.mode;
  yield header({ name, type, mode, size: Math.min(size, LARGEST_SIZE), target });
}

/** What the fields of a header cannot hold, or cannot say in every reader's letters. */
function isLong(text: string): boolean {
  return text.length > LONGEST_NAME || /[^ -~]/.test(text);
}

interface Header {
  readonly name: string;
  readonly type: string;
  readonly mode: number;
  readonly size: number;
  readonly target: string;
}

function header({ name, type, mode, size, target }: Header): Uint8Array {
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0, LONGEST_NAME, 'utf8');
  block.write(octal(mode & 0o7777, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(0, 11), 136);
  block.write(' '.repeat(8), 148);
  block.write(type, 156);
  block.write(target, 157, LONGEST_NAME, 'utf8');
  block.write('ustar\0' + '00', 257);
  block.write(
    `${octal(
      block.reduce((sum, byte) => sum + byte, 0),
      6,
    ).trimEnd()}`,
    148,
  );
  return block;
}

function octal(value: number, digits: number): string {
  return `${value.toString(8).padStart(digits, '0')}\0`;
}

/** A record says its own length, which counts too. */
function record(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + `${rest}`.length;
  if (`${length}`.length !== `${rest}`.length) length = rest + `${length}`.length;
  return `${length} ${key}=${value}\n`;
}
