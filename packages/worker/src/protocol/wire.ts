import { setImmediate } from 'node:timers';
import { AmbitError } from '@ambit/plugin-api';
import type { Connection } from '@ambit/plugin-api';
import { MAX_PAYLOAD } from './frame.ts';
import { FrameReader } from './frame-reader.ts';
import { Inbox } from './inbox.ts';
import type { IncomingBlob } from './incoming-blob.ts';
import { textsOf } from './message-texts.ts';
import type { EngineMessage, WorkerMessage } from './messages.ts';
import { Outbox } from './outbox.ts';
import { connectionBroken, messageOf, protocolBroken } from './protocol-errors.ts';
import { defaultTimings } from './timings.ts';
import type { Timings } from './timings.ts';

export interface WireOptions<Received> {
  /** Who is at the other end, for messages. */
  readonly peer: 'engine' | 'worker';
  /** Reads a message, or throws. */
  readonly read: (message: unknown) => Received;
  readonly timings?: Timings | undefined;
}

export interface WireListener<Received> {
  onMessage(message: Received): void;
  onEnd(reason: string, error: AmbitError): void;
}

export interface SendOptions {
  /** It overtakes what is not urgent. */
  readonly urgent?: boolean;
  readonly key?: string;
  readonly onSent?: () => void;
}

type Message = EngineMessage | WorkerMessage;
type Housekeeping = Extract<EngineMessage & WorkerMessage, { type: 'ping' | 'pong' | 'goodbye' }>;

const fewBytes = 64 * 1024;
/** After so many bytes others get their turn: a transport may take everything at once. */
const mostInTurn = 1024 * 1024;
const longestReason = 500;

/**
 * One end of a connection: messages both ways, and blobs beside them. It ends once, with a reason, whatever arrives. At
 * first it is asked for messages one by one (`next`), then it tells them (`listen`).
 */
export class Wire<Sent extends Message, Received extends Message> {
  /** Resolves when the connection is over, for whatever reason. */
  readonly ended: Promise<AmbitError>;
  readonly #connection: Connection;
  readonly #options: WireOptions<Received>;
  readonly #timings: Timings;
  readonly #outbox = new Outbox(() => this.#wake());
  readonly #inbox: Inbox;
  readonly #reader: FrameReader;
  readonly #pings: NodeJS.Timeout;
  readonly #waiting = new Set<() => void>();
  #tellEnd: (error: AmbitError) => void = () => undefined;
  #silence = 0;
  #inTurn = 0;
  #isPongDue = false;
  #isPumping = false;
  #isWriting = false;
  #listener: WireListener<Received> | undefined;
  #early: Received[] = [];
  #error: AmbitError | undefined;
  #closing: Promise<void> | undefined;
  #shut: Promise<void> | undefined;

  constructor(connection: Connection, options: WireOptions<Received>) {
    this.#connection = connection;
    this.#options = options;
    this.#timings = options.timings ?? defaultTimings;
    this.ended = new Promise((resolve) => (this.#tellEnd = resolve));
    this.#inbox = new Inbox({
      onMessage: (message) => this.#take(options.read(message)),
      grant: (stream, bytes) => this.#do(() => this.#outbox.grant(stream, bytes)),
      stop: (stream) => this.#do(() => this.#outbox.stop(stream)),
      credited: (stream, bytes) => this.#do(() => this.#outbox.addCredit(stream, bytes)),
      stopped: (stream) => this.#outbox.stopBlob(stream),
    });
    this.#reader = new FrameReader((kind, stream, payload) => this.#inbox.accept(kind, stream, payload));
    this.#pings = setInterval(() => this.#ping(), this.#timings.ping);
    this.#pings.unref();
    void this.#read();
  }

  /** Why it is over, once it is. */
  get error(): AmbitError | undefined {
    return this.#error;
  }

  /** How many blobs are on their way out. */
  get sending(): number {
    return this.#outbox.blobs;
  }

  /** About how many bytes of messages wait to be sent. */
  get buffered(): number {
    return this.#outbox.waiting;
  }

  /** Resolves when few bytes wait, or the connection is over. */
  async drained(): Promise<void> {
    while (this.buffered > fewBytes && !this.#error) await this.#change();
  }

  /** What is sent on a connection that is over is lost. */
  send(message: Sent | Housekeeping, options: SendOptions = {}): void {
    if (this.#error || this.#closing) return;
    const texts = textsOf(message);
    const isUrgent = options.urgent === true && texts.length === 1 && texts[0].length * 3 <= MAX_PAYLOAD;
    (isUrgent ? this.#outbox.urgent : this.#outbox.ordered).add(texts, options.key, options.onSent);
    this.#wake();
  }

  /** Whether a message with this key waits to be sent, or for the rest of it. */
  isWaiting(key: string): boolean {
    return this.#outbox.ordered.isWaiting(key);
  }

  /** Sends a blob after the message that tells of it. */
  sendBlob(message: (stream: number) => Sent, data: AsyncIterable<Uint8Array>): void {
    if (this.#error || this.#closing) return void data[Symbol.asyncIterator]().return?.();
    const blob = this.#outbox.addBlob(data);
    this.send(message(blob.id), { onSent: () => blob.start() });
  }

  receiveBlob(stream: number): IncomingBlob {
    return this.#inbox.receive(stream);
  }

  /** The other end is who it should be: its messages may be long from now on. */
  trust(): void {
    this.#inbox.trust();
  }

  /** The next message, as long as nobody listens. */
  async next(): Promise<Received> {
    for (;;) {
      const message = this.#early.shift();
      if (message) return message;
      if (this.#error) throw this.#error;
      await this.#change();
    }
  }

  /** Tells every further message and the end, in order; not before the caller's own callers know of it. */
  listen(listener: WireListener<Received>): void {
    setImmediate(() => {
      this.#listener = listener;
      this.#guarded(() => {
        for (const message of this.#early.splice(0)) if (!this.#closing) listener.onMessage(message);
      });
      this.#ring();
      if (this.#error && !this.#closing) listener.onEnd(this.#error.message, this.#error);
    });
  }

  /** Says goodbye when all messages are sent, and closes. What is under way of blobs is given up. */
  close(reason: string): Promise<void> {
    return (this.#closing ??= this.#close(reason));
  }

  /** Ends it without a word. */
  abandon(why: string): Promise<void> {
    this.#closing ??= Promise.resolve();
    this.#end(connectionBroken(why));
    return this.#shut!;
  }

  async #close(reason: string): Promise<void> {
    if (!this.#error) {
      this.#outbox.sayGoodbye(goodbye(reason));
      this.#wake();
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        this.#ring();
      }, this.#timings.close);
      do await this.#change();
      while (!this.#error && !isLate && (this.#isPumping || this.#outbox.hasGoodbye));
      clearTimeout(timer);
      this.#end(connectionBroken(`it was closed on this side: ${reason}`));
    }
    await this.#shut;
  }

  async #read(): Promise<void> {
    try {
      for await (const chunk of this.#connection.input) {
        if (this.#error) return;
        this.#silence = 0;
        this.#guarded(() => this.#reader.push(chunk));
        while (!this.#listener && this.#early.length > 0 && !this.#error) await this.#change();
      }
      this.#end(connectionBroken(`the ${this.#options.peer} is gone without a goodbye`));
    } catch (error) {
      this.#end(connectionBroken(messageOf(error), error));
    }
  }

  #take(message: Received): void {
    if (message.type === 'ping') this.#pong();
    else if (message.type === 'goodbye') this.#end(connectionBroken(`the ${this.#options.peer} said goodbye: ${message.reason}`));
    else if (message.type === 'pong' || this.#closing) return;
    else if (this.#listener) this.#listener.onMessage(message);
    else {
      this.#early.push(message);
      this.#ring();
    }
  }

  #ping(): void {
    this.#silence += this.#timings.ping;
    if (this.#silence <= this.#timings.silence) return this.send({ type: 'ping' }, { urgent: true });
    this.#end(connectionBroken(`nothing came from the ${this.#options.peer} for ${this.#timings.silence / 1000} s`));
  }

  /** One at a time, so that pings that are not let through cost nothing. */
  #pong(): void {
    if (this.#isPongDue) return;
    this.#isPongDue = true;
    this.send({ type: 'pong' }, { urgent: true, onSent: () => (this.#isPongDue = false) });
  }

  #do(work: () => void): void {
    work();
    this.#wake();
  }

  /** What is sent in one go goes in one write. */
  #wake(): void {
    if (this.#isPumping || this.#error) return;
    this.#isPumping = true;
    queueMicrotask(() => void this.#pump());
  }

  async #pump(): Promise<void> {
    try {
      for (let bytes = this.#outbox.fill(); bytes && !this.#error; bytes = this.#outbox.fill()) {
        this.#isWriting = true;
        await this.#connection.write(bytes);
        this.#isWriting = false;
        this.#ring();
        this.#inTurn += bytes.length;
        if (this.#inTurn < mostInTurn) continue;
        this.#inTurn = 0;
        await turn();
      }
    } catch (error) {
      this.#end(connectionBroken(messageOf(error), error));
    }
    this.#isPumping = this.#isWriting = false;
    this.#ring();
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      const isOurs = AmbitError.is(error) && error.code === 'AMBIT_PROTOCOL_BROKEN';
      const broken = isOurs ? error : protocolBroken(`a message could not be handled (${messageOf(error)})`, error);
      this.#end(broken, broken.message);
    }
  }

  #end(error: AmbitError, lastWords?: string): void {
    if (this.#error) return;
    this.#error = error;
    clearInterval(this.#pings);
    this.#reader.stop();
    this.#inbox.end(error);
    this.#outbox.clear();
    this.#shut = this.#shutDown(lastWords);
    this.#tellEnd(error);
    this.#ring();
    if (!this.#closing) this.#listener?.onEnd(error.message, error);
  }

  async #shutDown(lastWords: string | undefined): Promise<void> {
    try {
      if (lastWords !== undefined && !this.#isWriting) {
        this.#outbox.sayGoodbye(goodbye(lastWords));
        void this.#connection.write(this.#outbox.fill()!).catch(() => undefined);
      }
      await this.#connection.close();
    } catch {
      // What cannot be closed is closed.
    }
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  #ring(): void {
    if (this.#waiting.size === 0) return;
    for (const wake of [...this.#waiting]) wake();
    this.#waiting.clear();
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function goodbye(reason: string): string {
  return JSON.stringify({ type: 'goodbye', reason: reason.slice(0, longestReason) });
}
