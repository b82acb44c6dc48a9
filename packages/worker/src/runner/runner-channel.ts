import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { setTimeout } from 'node:timers';
import { channelFrame, ChannelReader } from './channel-frames.ts';
import type { FromRunner, ToRunner } from './channel.ts';

const retryMs = 1;
const flushMs = 2000;

/** The runner's end of the channel. What is sent is in the kernel's hands when `send` returns, but for what is too large for it. */
export class RunnerChannel {
  readonly #descriptor: number;
  /** Called once, when nobody is at the other end any more. */
  readonly #onEnd: () => void;
  #ended = false;
  #waiting: Buffer[] = [];

  constructor(descriptor: number, onEnd: () => void) {
    this.#descriptor = descriptor;
    this.#onEnd = onEnd;
  }

  listen(onMessage: (message: ToRunner) => void): void {
    const reader = new ChannelReader<ToRunner>(onMessage);
    new Socket({ fd: this.#descriptor, readable: true, writable: false })
      .on('data', (chunk: Buffer) => reader.push(chunk))
      .once('error', () => this.#end())
      .once('end', () => this.#end());
  }

  send(message: FromRunner): void {
    if (this.#ended) return;
    this.#waiting.push(channelFrame(message));
    if (this.#waiting.length === 1) this.#write();
  }

  /** Before the process ends: waits, and nothing else goes on meanwhile. */
  flush(): void {
    const clock = new Int32Array(new SharedArrayBuffer(4));
    for (const until = Date.now() + flushMs; this.#waiting.length > 0 && Date.now() < until;) {
      if (!this.#writeSome()) Atomics.wait(clock, 0, 0, retryMs);
    }
  }

  #write(): void {
    if (!this.#writeSome()) setTimeout(() => this.#write(), retryMs);
  }

  /** False where the kernel takes no more for now. */
  #writeSome(): boolean {
    try {
      for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
        const written = writeSync(this.#descriptor, next);
        if (written < next.length) this.#waiting[0] = next.subarray(written);
        else this.#waiting.shift();
      }
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return false;
      this.#end();
      return true;
    }
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#waiting = [];
    this.#onEnd();
  }
}
