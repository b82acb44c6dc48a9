import {
  FIRST_BLOB_STREAM,
  FrameKind,
  MAX_BLOBS,
  ORDERED_STREAM,
  ORDERED_WINDOW,
  URGENT_STREAM,
  URGENT_WINDOW,
  frameCost,
} from './frame.ts';
import { IncomingBlob } from './incoming-blob.ts';
import { LONG_MESSAGE, MessageReader } from './message-reader.ts';
import { connectionBroken, protocolBroken } from './protocol-errors.ts';
import { Window } from './window.ts';

/** What the receiving half of a connection asks of the sending half. */
export interface InboxNotes {
  onMessage(message: unknown): void;
  grant(stream: number, bytes: number): void;
  stop(stream: number): void;
  /** From the other end, about what this end sends. */
  credited(stream: number, bytes: number): void;
  stopped(stream: number): void;
}

/** Takes frames: puts messages together, hands blobs their bytes, and holds the other end to its credit. */
export class Inbox {
  readonly #notes: InboxNotes;
  readonly #ordered: MessageReader;
  readonly #urgent: MessageReader;
  readonly #orderedWindow: Window;
  readonly #urgentWindow: Window;
  readonly #blobs = new Map<number, IncomingBlob>();
  #isClosing = false;

  constructor(notes: InboxNotes) {
    this.#notes = notes;
    this.#ordered = new MessageReader((message) => notes.onMessage(message));
    this.#urgent = new MessageReader((message) => notes.onMessage(message));
    this.#orderedWindow = new Window(ORDERED_WINDOW, (bytes) => notes.grant(ORDERED_STREAM, bytes));
    this.#urgentWindow = new Window(URGENT_WINDOW, (bytes) => notes.grant(URGENT_STREAM, bytes));
  }

  /** From now on messages may be long. */
  trust(): void {
    this.#ordered.limit = LONG_MESSAGE;
  }

  /** A blob that the other end has told of. */
  receive(stream: number): IncomingBlob {
    if (stream < FIRST_BLOB_STREAM || this.#blobs.has(stream)) throw protocolBroken(`the stream ${stream} is not free for a blob`);
    if (this.#blobs.size >= MAX_BLOBS) throw protocolBroken(`more than ${MAX_BLOBS} blobs come at once`);
    const blob = new IncomingBlob({
      grant: (bytes) => this.#notes.grant(stream, bytes),
      stop: () => this.#notes.stop(stream),
    });
    this.#blobs.set(stream, blob);
    return blob;
  }

  /** This end has said goodbye, and hears of no blob any more. */
  close(): void {
    this.#isClosing = true;
  }

  /** The connection is over: no blob will be whole. */
  end(error: Error): void {
    for (const blob of this.#blobs.values()) blob.finish(error);
    this.#blobs.clear();
  }

  accept(kind: FrameKind, stream: number, payload: Buffer): void {
    if (kind === FrameKind.credit) this.#notes.credited(stream, creditIn(payload));
    else if (kind === FrameKind.stop) this.#notes.stopped(stream);
    else if (stream >= FIRST_BLOB_STREAM) this.#blob(kind, stream, payload);
    else if (kind === FrameKind.fail) throw protocolBroken('a message was given up');
    else if (stream === ORDERED_STREAM) this.#message(this.#ordered, this.#orderedWindow, kind, payload);
    else if (kind === FrameKind.last) this.#message(this.#urgent, this.#urgentWindow, kind, payload);
    else throw protocolBroken(`an urgent message on the stream ${URGENT_STREAM} is cut`);
  }

  #message(reader: MessageReader, window: Window, kind: FrameKind, payload: Buffer): void {
    const cost = frameCost(payload.length);
    window.arrive(cost);
    reader.accept(kind, payload);
    window.use(cost);
  }

  #blob(kind: FrameKind, stream: number, payload: Buffer): void {
    const blob = this.#blobs.get(stream);
    if (!blob && this.#isClosing) return;
    if (!blob) throw protocolBroken(`a frame belongs to the stream ${stream}, which is not open`);
    if (kind === FrameKind.next) throw protocolBroken('a blob is not a text');
    if (kind !== FrameKind.fail) blob.push(payload);
    if (kind === FrameKind.more) return;
    this.#blobs.delete(stream);
    blob.finish(kind === FrameKind.fail ? connectionBroken(`a blob was given up: ${payload.toString('utf8', 0, 1000)}`) : undefined);
  }
}

function creditIn(payload: Buffer): number {
  if (payload.length !== 4) throw protocolBroken('credit is 4 bytes');
  return payload.readUInt32BE(0);
}
