import { StringDecoder } from 'node:string_decoder';
import { AmbitError } from '@ambit/plugin-api';
import { FrameKind } from './frame.ts';
import { messageOfTexts } from './message-texts.ts';
import { messageOf, protocolBroken } from './protocol-errors.ts';

/** Until the other end is known, it says nothing long. */
const SHORT_MESSAGE = 64 * 1024;
/** A value has at most 256 Mi characters, and a state several values. */
export const LONG_MESSAGE = 1024 * 1024 * 1024;

/** Puts messages together from the frames of one stream. */
export class MessageReader {
  readonly #onMessage: (message: unknown) => void;
  /** How many bytes a message may have. */
  limit = SHORT_MESSAGE;
  #texts: string[] = [];
  #buffer = Buffer.alloc(0);
  #length = 0;
  #total = 0;

  constructor(onMessage: (message: unknown) => void) {
    this.#onMessage = onMessage;
  }

  accept(kind: FrameKind, payload: Buffer): void {
    this.#total += payload.length + (kind === FrameKind.next ? textCost : 0);
    if (this.#total > this.limit) throw protocolBroken(`a message is longer than ${this.limit} bytes`);
    if (kind === FrameKind.more) return this.#keep(payload);
    const text = this.#textWith(payload);
    if (kind === FrameKind.next) return void this.#texts.push(text);
    const texts = this.#texts;
    this.#total = 0;
    if (texts.length > 0) this.#texts = [];
    this.#onMessage(texts.length > 0 ? parsed(texts[0]!, [...texts.slice(1), text]) : parsed(text, []));
  }

  #keep(payload: Buffer): void {
    const length = this.#length + payload.length;
    if (length > this.#buffer.length) {
      const buffer = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.#buffer.length, 256 * 1024));
      this.#buffer.copy(buffer, 0, 0, this.#length);
      this.#buffer = buffer;
    }
    payload.copy(this.#buffer, this.#length);
    this.#length = length;
  }

  #textWith(payload: Buffer): string {
    if (this.#length === 0) return payload.toString('utf8');
    this.#keep(payload);
    const text = textOf(this.#buffer.subarray(0, this.#length));
    this.#length = 0;
    this.#buffer = Buffer.alloc(0);
    return text;
  }
}

/** What an empty text takes: so that their number is bounded too. */
const textCost = 256;

const pieceLength = 16 * 1024 * 1024;

/** In pieces: `toString` goes by the number of bytes, and refuses what would still be a string. */
function textOf(bytes: Buffer): string {
  const decoder = new StringDecoder('utf8');
  let text = '';
  try {
    for (let at = 0; at < bytes.length; at += pieceLength) text += decoder.write(bytes.subarray(at, at + pieceLength));
    return text + decoder.end();
  } catch (error) {
    throw protocolBroken(`a text of ${bytes.length} bytes cannot be read`, error);
  }
}

function parsed(head: string, values: readonly string[]): unknown {
  try {
    return messageOfTexts(head, values);
  } catch (error) {
    if (AmbitError.is(error)) throw error;
    throw protocolBroken(`a message is not JSON (${messageOf(error)})`, error);
  }
}
