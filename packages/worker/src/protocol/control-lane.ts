import { FRAME_HEADER, FrameKind, MAX_PAYLOAD } from './frame.ts';
import type { Batch } from './frame.ts';
import { Credit } from './window.ts';

interface Item {
  readonly texts: readonly string[];
  readonly key: string | undefined;
  readonly onSent: (() => void) | undefined;
}

/** Messages that wait to be sent on one of the two streams for messages. */
export class ControlLane {
  readonly credit: Credit;
  readonly #stream: number;
  #items: Item[] = [];
  #first = 0;
  /** Of the first item: which text, and how far it is sent, where it did not go whole. */
  #text = 0;
  #bytes: Buffer | undefined;
  #sent = 0;
  #waiting = 0;

  constructor(stream: number, window: number) {
    this.#stream = stream;
    this.credit = new Credit(window);
  }

  get isEmpty(): boolean {
    return this.#first === this.#items.length;
  }

  /** About how many bytes wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** `key` is what `isWaiting` can be asked for. `onSent` is called when the message's last byte is in a batch. */
  add(texts: readonly string[], key?: string, onSent?: () => void): void {
    this.#items.push({ texts, key, onSent });
    for (const text of texts) this.#waiting += text.length;
  }

  isWaiting(key: string): boolean {
    for (let at = this.#first; at < this.#items.length; at += 1) if (this.#items[at]!.key === key) return true;
    return false;
  }

  clear(): void {
    this.#items = [];
    this.#first = this.#waiting = 0;
    this.#bytes = undefined;
    this.#sent = this.#text = 0;
  }

  /** Packs frames of about so many bytes; returns how many it were. */
  pack(batch: Batch, budget: number): number {
    let packed = 0;
    while (!this.isEmpty && packed < budget) {
      const cost = this.#frame(batch);
      if (cost === 0) break;
      packed += cost;
    }
    return packed;
  }

  #frame(batch: Batch): number {
    const { texts } = this.#items[this.#first]!;
    const text = texts[this.#text]!;
    const most = Math.min(batch.room(), this.credit.left - FRAME_HEADER);
    if (this.#bytes === undefined) {
      const atMost = text.length * 3;
      if (atMost <= most) return this.#spend(batch.text(this.#endKind(texts), this.#stream, text), true);
      if (atMost <= MAX_PAYLOAD && !batch.isEmpty) return 0;
    }
    const bytes = (this.#bytes ??= Buffer.from(text));
    const length = Math.min(MAX_PAYLOAD, bytes.length - this.#sent);
    if (length > most) return 0;
    const part = bytes.subarray(this.#sent, this.#sent + length);
    this.#sent += length;
    const ends = this.#sent === bytes.length;
    return this.#spend(batch.frame(ends ? this.#endKind(texts) : FrameKind.more, this.#stream, part), ends);
  }

  #endKind(texts: readonly string[]): FrameKind {
    return this.#text === texts.length - 1 ? FrameKind.last : FrameKind.next;
  }

  #spend(cost: number, textEnds: boolean): number {
    this.credit.spend(cost);
    if (textEnds) this.#endText();
    return cost;
  }

  #endText(): void {
    const { texts, onSent } = this.#items[this.#first]!;
    this.#waiting -= texts[this.#text]!.length;
    this.#bytes = undefined;
    this.#sent = 0;
    this.#text += 1;
    if (this.#text < texts.length) return;
    this.#text = 0;
    this.#items[this.#first] = done;
    this.#first += 1;
    if (this.#first === this.#items.length) {
      this.#items.length = 0;
      this.#first = 0;
    }
    onSent?.();
  }
}

const done: Item = { texts: [], key: undefined, onSent: undefined };
