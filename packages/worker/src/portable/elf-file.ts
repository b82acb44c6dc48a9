import { notPacked } from './not-packed.ts';

/** What of an ELF file is read and set here: 64 bits, little-endian, as Linux has it on x64 and arm64. */
const HEADER = { magic: 0x464c457f, class64: 2, littleEndian: 1, phoff: 32, phentsize: 54, phnum: 56 };
const PROGRAM = { load: 1, dynamic: 2, interpreter: 3, note: 4, readable: 4, size: 56 };
const DYNAMIC = { end: 0, stringTable: 5, rpath: 15, debug: 21, runpath: 29, size: 16 };
/** The largest page that such a machine has: what is aligned to it is aligned everywhere. */
const PAGE = 0x10000;

interface Segment {
  /** Where its header lies in the file. */
  readonly header: number;
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
}

/** The loader that the kernel starts a program with; undefined where it is linked statically. Throws for what is no such file. */
export function interpreterOf(file: Buffer): string | undefined {
  const segment = segmentsOf(file).find(({ type }) => type === PROGRAM.interpreter);
  return segment && file.toString('latin1', segment.offset, segment.offset + segment.fileSize - 1);
}

/**
 * The same program with another loader, that looks for all libraries in `libraries` first. That is `DT_RPATH`: it holds for libraries of
 * libraries too, goes before `LD_LIBRARY_PATH`, and no child inherits it.
 */
export function withLoader(file: Buffer, { interpreter, libraries }: { readonly interpreter: string; readonly libraries: string }): Buffer {
  const segments = segmentsOf(file);
  const named = (type: number): Segment => segments.find((each) => each.type === type) ?? unusable(`it has no segment of type ${type}`);
  const start = roundUp(file.length);
  const address = roundUp(Math.max(...segments.filter(({ type }) => type === PROGRAM.load).map((each) => each.address + each.memorySize)));
  const words = Buffer.from(`${interpreter}\0${libraries}\0`, 'latin1');
  const edited = Buffer.concat([file, Buffer.alloc(start - file.length), words]);
  // A note says how the file was made, and nothing that a loader needs: its header becomes that of the new segment.
  writeSegment(edited, named(PROGRAM.note).header, PROGRAM.load, { offset: start, address, size: words.length, align: PAGE });
  const interpreterSize = interpreter.length + 1;
  writeSegment(edited, named(PROGRAM.interpreter).header, PROGRAM.interpreter, { offset: start, address, size: interpreterSize, align: 1 });
  setRpath(edited, named(PROGRAM.dynamic), address + interpreterSize);
  return edited;
}

function segmentsOf(file: Buffer): readonly Segment[] {
  if (file.length < 64 || file.readUInt32LE(0) !== HEADER.magic) unusable('it is no ELF file');
  if (file[4] !== HEADER.class64 || file[5] !== HEADER.littleEndian) unusable('it is not of 64 bits, little-endian');
  const first = number(file, HEADER.phoff);
  if (file.readUInt16LE(HEADER.phentsize) !== PROGRAM.size) unusable('its headers have an unknown size');
  return Array.from({ length: file.readUInt16LE(HEADER.phnum) }, (_, index): Segment => {
    const header = first + index * PROGRAM.size;
    return {
      header,
      type: file.readUInt32LE(header),
      offset: number(file, header + 8),
      address: number(file, header + 16),
      fileSize: number(file, header + 32),
      memorySize: number(file, header + 40),
    };
  });
}

interface Extent {
  readonly offset: number;
  readonly address: number;
  readonly size: number;
  readonly align: number;
}

function writeSegment(file: Buffer, header: number, type: number, { offset, address, size, align }: Extent): void {
  file.writeUInt32LE(type, header);
  file.writeUInt32LE(PROGRAM.readable, header + 4);
  for (const [index, value] of [offset, address, address, size, size, align].entries())
    file.writeBigUInt64LE(BigInt(value), header + 8 + index * 8);
}

/** In place of one that is there, else in a spare entry, else in the one that only debuggers read. */
function setRpath(file: Buffer, { offset, fileSize }: Segment, path: number): void {
  const entries = Array.from({ length: Math.floor(fileSize / DYNAMIC.size) }, (_, index) => offset + index * DYNAMIC.size);
  const end = entries.findIndex((at) => number(file, at) === DYNAMIC.end);
  const tagged = (...tags: number[]): number | undefined => entries.slice(0, end).find((at) => tags.includes(number(file, at)));
  const spare = end + 1 < entries.length ? entries[end] : undefined;
  const entry =
    tagged(DYNAMIC.rpath, DYNAMIC.runpath) ?? spare ?? tagged(DYNAMIC.debug) ?? unusable('it has no room for a path of libraries');
  const strings = tagged(DYNAMIC.stringTable) ?? unusable('it has no names of libraries');
  const distance = path - number(file, strings + 8);
  file.writeBigUInt64LE(BigInt(DYNAMIC.rpath), entry);
  file.writeBigUInt64LE(BigInt(distance), entry + 8);
}

function number(file: Buffer, at: number): number {
  return Number(file.readBigUInt64LE(at));
}

function roundUp(value: number): number {
  return Math.ceil(value / PAGE) * PAGE;
}

function unusable(why: string): never {
  throw notPacked('this file', why);
}
