import type { Connection } from '@ambit/plugin-api';

/** One direction of a line. Takes every write at once, like a transport without backpressure, unless it is told to block. */
export class Pipe {
  /** All that was written, whether it arrived or not. */
  readonly written: Uint8Array[] = [];
  /** How many of the bytes written arrive: what is after that is lost, and the line is broken. */
  breaksAfter = Infinity;
  /** While held, nothing arrives. */
  isHeld = false;
  /** While blocked, a write does not resolve. */
  isBlocked = false;
  #waiting: Uint8Array[] = [];
  #arrived = 0;
  #isOver: 'ended' | 'broken' | undefined;
  readonly #cut: (length: number) => number;
  readonly #onBreak: () => void;
  #wake: () => void = () => undefined;

  constructor(cut: (length: number) => number, onBreak: () => void) {
    this.#cut = cut;
    this.#onBreak = onBreak;
  }

  get bytes(): number {
    return this.written.reduce((sum, each) => sum + each.length, 0);
  }

  async write(data: Uint8Array): Promise<void> {
    if (this.#isOver) throw new Error('the line is broken');
    this.written.push(new Uint8Array(data));
    for (let at = 0; at < data.length;) {
      const part = new Uint8Array(data.subarray(at, at + Math.max(1, this.#cut(data.length - at))));
      this.#waiting.push(part);
      at += part.length;
    }
    this.#wake();
    while (this.isBlocked) await new Promise<void>((resolve) => setImmediate(resolve));
  }

  end(how: 'ended' | 'broken'): void {
    this.#isOver ??= how;
    this.#wake();
  }

  release(): void {
    this.isHeld = false;
    this.#wake();
  }

  async *read(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const part = this.isHeld ? undefined : this.#waiting.shift();
      if (this.#isOver === 'broken') throw new Error('the line is broken');
      if (part) {
        const left = this.breaksAfter - this.#arrived;
        this.#arrived += part.length;
        if (left > 0) yield part.subarray(0, left);
        if (part.length >= left) this.#onBreak();
      } else if (this.#isOver && !this.isHeld) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

/** A line between two ends, cut into chunks as one likes. */
export class TestLine {
  readonly toWorker: Pipe;
  readonly toEngine: Pipe;
  readonly engine: Connection;
  readonly worker: Connection;

  constructor(cut: (length: number) => number = (length) => length) {
    this.toWorker = new Pipe(cut, () => this.break());
    this.toEngine = new Pipe(cut, () => this.break());
    const close = async (): Promise<void> => {
      this.toWorker.end('ended');
      this.toEngine.end('ended');
    };
    const end = (input: Pipe, output: Pipe): Connection => ({ input: input.read(), write: (data) => output.write(data), close });
    this.engine = end(this.toEngine, this.toWorker);
    this.worker = end(this.toWorker, this.toEngine);
  }

  break(): void {
    this.toWorker.end('broken');
    this.toEngine.end('broken');
  }
}
