import type { OutputStream } from './runner-process.ts';
import type { SpoolFile, SpoolFiles } from './spool-file.ts';

/** Output as it lies in the ring, in the order in which it came. */
export interface HeldPiece {
  readonly stream: OutputStream;
  readonly at: number;
  readonly length: number;
  readonly file?: SpoolFile;
  readonly position: number;
  /** A marker, which is in no file. */
  readonly text?: Buffer | undefined;
}

type RingPiece = { -readonly [Key in keyof HeldPiece]: HeldPiece[Key] };

const pieceBytes = 47 * 1024;
/** What keeping a piece costs beside its bytes: a million tiny writes must not fill the memory. */
const pieceCost = 128;

/** The last of an attempt's output, in a file that is written round and round, and the count of what did not stay. */
export class HeldOutput {
  readonly #files: SpoolFiles;
  #file: SpoolFile | undefined;
  readonly #limit: number;
  readonly #missing = { stdout: 0, stderr: 0 };
  #pieces: RingPiece[] = [];
  #first = 0;
  #size = 0;
  #end = 0;

  constructor(files: SpoolFiles, limit: number) {
    this.#files = files;
    this.#limit = limit;
  }

  append(stream: OutputStream, data: Buffer, at: number): void {
    const kept = data.subarray(Math.max(0, data.length - this.#limit));
    this.drop(stream, data.length - kept.length);
    for (let from = 0; from < kept.length;) {
      const length = Math.min(kept.length - from, pieceBytes, this.#limit - this.#end);
      this.#write(stream, kept.subarray(from, from + length), at);
      from += length;
    }
  }

  /** This much of a stream is not kept. */
  drop(stream: OutputStream, bytes: number): void {
    this.#missing[stream] += bytes;
  }

  /** All that is left, with a marker in each stream before what follows a gap. Nothing may be appended after that. */
  release(): readonly HeldPiece[] {
    const markers = new Map<OutputStream, HeldPiece>();
    for (const stream of ['stdout', 'stderr'] as const) if (this.#missing[stream] > 0) markers.set(stream, this.#marker(stream));
    const pieces: HeldPiece[] = [];
    for (const piece of this.#pieces.slice(this.#first)) {
      const marker = markers.get(piece.stream);
      if (marker) pieces.push(marker);
      markers.delete(piece.stream);
      pieces.push(piece);
    }
    this.#pieces = [];
    return [...pieces, ...markers.values()];
  }

  remove(): void {
    this.#files.giveBack(this.#file);
    this.#file = undefined;
  }

  #write(stream: OutputStream, data: Buffer, at: number): void {
    this.#makeRoom(data.length);
    const file = (this.#file ??= this.#files.take());
    if (!file.write(data, this.#end)) return this.drop(stream, data.length);
    const last = this.#first < this.#pieces.length ? this.#pieces.at(-1) : undefined;
    const joins = last?.stream === stream && last.position + last.length === this.#end && last.length + data.length <= pieceBytes;
    if (joins) last.length += data.length;
    else this.#pieces.push({ stream, at, length: data.length, file, position: this.#end });
    this.#size += data.length;
    this.#end = (this.#end + data.length) % this.#limit;
  }

  /** The oldest go, to the byte. */
  #makeRoom(bytes: number): void {
    const most = Math.max(16, Math.floor(this.#limit / pieceCost));
    for (let oldest = this.#pieces[this.#first]; oldest; oldest = this.#pieces[this.#first]) {
      const excess = this.#pieces.length - this.#first >= most ? oldest.length : this.#size + bytes - this.#limit;
      if (excess <= 0) break;
      const gone = Math.min(excess, oldest.length);
      this.drop(oldest.stream, gone);
      this.#size -= gone;
      if (gone === oldest.length) this.#first += 1;
      else Object.assign(oldest, { position: oldest.position + gone, length: oldest.length - gone });
    }
    if (this.#first < 1024) return;
    this.#pieces = this.#pieces.slice(this.#first);
    this.#first = 0;
  }

  #marker(stream: OutputStream): HeldPiece {
    const text = Buffer.from(`\n[ambit: ${this.#missing[stream]} bytes of ${stream} are missing here]\n`);
    return { stream, at: Date.now(), length: text.length, position: 0, text };
  }
}
