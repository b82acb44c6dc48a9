import type { WorkerSend } from '../protocol/worker-end.ts';
import type { OutputStream } from './runner-process.ts';
import { HeldOutput } from './held-output.ts';
import type { SpoolFile, SpoolFiles } from './spool-file.ts';

export type LogMessage = Extract<WorkerSend, { type: 'log' }>;

/** A piece of output as it is told, in the order in which it came over both streams. */
interface Piece {
  readonly stream: OutputStream;
  /** Where it stands in the stream, as that is told. */
  readonly offset: number;
  /** Counts the pieces of this log. */
  readonly serial: number;
  readonly at: number;
  length: number;
  /** How it is read again. */
  readonly file?: SpoolFile;
  readonly position: number;
  /** What is in no file. */
  readonly text?: Buffer | undefined;
  /** The same bytes, as long as they were not sent and there is memory for them. */
  data?: Buffer[] | undefined;
}

/** Bytes of output that may wait in memory, over all attempts; all of it is on the disk too. */
export interface OutputMemory {
  free: number;
}

export interface AttemptLogParts {
  readonly action: string;
  readonly attempt: number;
  readonly files: SpoolFiles;
  readonly memory: OutputMemory;
  /** Output beyond this is cut in the middle. */
  readonly limit: number;
  /** There is more to send. */
  readonly onMore: (log: AttemptLog) => void;
}

/** So that base64 of it fits one frame. */
const pieceBytes = 47 * 1024;
/** Output that is further apart keeps its own time. */
const sameTimeMs = 50;

/**
 * The output of one attempt, exact in bytes and in order, kept on the disk until the engine has stored it. The first half
 * of the limit is told as it comes; what is beyond is held back until the attempt ends, and of that the last half is told.
 */
export class AttemptLog {
  readonly #parts: AttemptLogParts;
  #file: SpoolFile | undefined;
  readonly #held: HeldOutput;
  readonly #told = { stdout: 0, stderr: 0 };
  readonly #stored = { stdout: 0, stderr: 0 };
  #pieces: Piece[] = [];
  #next = 0;
  #taken = 0;
  #written = 0;
  #serial = 0;
  #isFinished = false;

  constructor(parts: AttemptLogParts) {
    this.#parts = parts;
    this.#held = new HeldOutput(parts.files, Math.floor(parts.limit / 2));
  }

  get action(): string {
    return this.#parts.action;
  }

  get attempt(): number {
    return this.#parts.attempt;
  }

  get isSent(): boolean {
    return this.#next === this.#pieces.length;
  }

  /** What there is so far, for `isSentUpTo`. */
  get serial(): number {
    return this.#serial;
  }

  isSentUpTo(serial: number): boolean {
    const piece = this.#pieces[this.#next];
    return !piece || piece.serial > serial;
  }

  /** Nothing is left to send or to keep. */
  get isOver(): boolean {
    return this.#isFinished && this.#pieces.length === 0;
  }

  append(stream: OutputStream, data: Buffer): void {
    const room = Math.max(0, Math.ceil(this.#parts.limit / 2) - this.#taken);
    if (room > 0) this.#tell(stream, data.subarray(0, room));
    const rest = data.subarray(room);
    if (rest.length === 0) return;
    if (this.#isFinished) this.#held.drop(stream, rest.length);
    else this.#held.append(stream, rest, Date.now());
  }

  /** The attempt has ended: what was held back is told. Output of what it left running may still come. */
  finish(): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    for (const piece of this.#held.release()) {
      const { stream, length } = piece;
      this.#pieces.push({ ...piece, offset: this.#told[stream], serial: (this.#serial += 1) });
      this.#told[stream] += length;
    }
    if (!this.isSent) this.#parts.onMore(this);
  }

  /** The next piece to send, that an engine has not stored. */
  next(): LogMessage | undefined {
    for (let piece = this.#pieces[this.#next]; piece; piece = this.#pieces[this.#next]) {
      this.#next += 1;
      const known = Math.max(0, this.#stored[piece.stream] - piece.offset);
      const data = known < piece.length ? bytesOf(piece) : undefined;
      this.#forgetData(piece);
      if (data) return this.#message(piece, known, data);
    }
    return undefined;
  }

  /** An engine has this much of each stream for sure. */
  store(stored: { readonly stdout: number; readonly stderr: number }): void {
    this.#stored.stdout = Math.max(this.#stored.stdout, stored.stdout);
    this.#stored.stderr = Math.max(this.#stored.stderr, stored.stderr);
    let over = 0;
    for (const piece of this.#pieces) {
      if (piece.offset + piece.length > this.#stored[piece.stream]) break;
      this.#forgetData(piece);
      over += 1;
    }
    this.#pieces.splice(0, over);
    this.#next = Math.max(0, this.#next - over);
    if (this.#pieces.length === 0) this.#written = 0;
  }

  /** Another engine is there: what none has stored is sent again. */
  rewind(): void {
    this.#next = 0;
  }

  remove(): void {
    for (const piece of this.#pieces) this.#forgetData(piece);
    this.#pieces = [];
    this.#next = 0;
    this.#written = 0;
    this.#parts.files.giveBack(this.#file);
    this.#file = undefined;
    this.#held.remove();
  }

  #tell(stream: OutputStream, data: Buffer): void {
    for (let at = 0; at < data.length; at += pieceBytes) this.#tellPiece(stream, data.subarray(at, at + pieceBytes));
    this.#parts.onMore(this);
  }

  #tellPiece(stream: OutputStream, data: Buffer): void {
    this.#taken += data.length;
    const file = (this.#file ??= this.#parts.files.take());
    if (!file.write(data, this.#written)) return this.#held.drop(stream, data.length);
    const now = Date.now();
    const position = this.#written;
    this.#written += data.length;
    const offset = this.#told[stream];
    this.#told[stream] += data.length;
    if (this.#joinLast(stream, data, now)) return;
    const kept = this.#keep(data);
    this.#serial += 1;
    this.#pieces.push({ stream, offset, serial: this.#serial, at: now, length: data.length, file, position, data: kept && [kept] });
  }

  /** Many small writes make one message. */
  #joinLast(stream: OutputStream, data: Buffer, now: number): boolean {
    const last = this.#next < this.#pieces.length ? this.#pieces.at(-1) : undefined;
    if (!last || last.stream !== stream || last.length + data.length > pieceBytes || now - last.at > sameTimeMs) return false;
    last.length += data.length;
    if (last.data && this.#keep(data)) last.data.push(data);
    else this.#forgetData(last);
    return true;
  }

  #keep(data: Buffer): Buffer | undefined {
    if (this.#parts.memory.free < data.length) return undefined;
    this.#parts.memory.free -= data.length;
    return data;
  }

  #forgetData(piece: Piece): void {
    for (const part of piece.data ?? []) this.#parts.memory.free += part.length;
    piece.data = undefined;
  }

  #message({ stream, offset, at }: Piece, known: number, data: Buffer): LogMessage {
    const { action, attempt } = this.#parts;
    const text = data.toString('base64', known);
    return { type: 'log', action, attempt, stream, offset: offset + known, at: new Date(at).toISOString(), data: text };
  }
}

function bytesOf({ text, data, file, position, length }: Piece): Buffer {
  if (data?.length === 1 && data[0]) return data[0];
  return text ?? (data ? Buffer.concat(data) : file?.read(position, length)) ?? Buffer.alloc(0);
}
