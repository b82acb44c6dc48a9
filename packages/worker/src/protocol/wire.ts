import { setImmediate } from 'node:timers';
import { AmbitError } from '@ambit/plugin-api';
import type { Connection } from '@ambit/plugin-api';
import { Bell } from './bell.ts';
import { MAX_PAYLOAD } from './frame.ts';
import { FrameReader } from './frame-reader.ts';
import { Inbox } from './inbox.ts';
import type { IncomingBlob } from './incoming-blob.ts';
import { textsOf } from './message-texts.ts';
import type { EngineMessage, WorkerMessage } from './messages.ts';
import { Outbox } from './outbox.ts';
import { connectionBroken, messageOf, protocolBroken } from './protocol-errors.ts';
import { Pulse } from './pulse.ts';
import { Pump } from './pump.ts';
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
type Housekeeping = Extract<EngineMessage & WorkerMessage, { type: 'ping' | 'pong' }>;

/** With less than this waiting, a sender may go on. */
const fewBytes = 64 * 1024;
const longestReason = 500;

/**
 * One end of a connection: messages both ways, and blobs beside them. It ends once, with a reason, whatever arrives. At
 * first it is asked for messages one by one (`next`), then it tells them (`listen`).
 */
export class Wire<Sent extends Message, Received extends Message> {
  /** Resolves when the connection is over, for whatever reason. */
  readonly ended: Promise<AmbitError>;
  readonly #connection: Connection;
  readonly #peer: string;
  readonly #timings: Timings;
  readonly #outbox: Outbox;
  readonly #pump: Pump;
  readonly #inbox: Inbox;
  readonly #reader: FrameReader;
  readonly #pulse: Pulse;
  readonly #bell = new Bell();
  #tellEnd: (error: AmbitError) => void = () => undefined;
  #listener: WireListener<Received> | undefined;
  /** What came before there was a listener. */
  #early: Received[] = [];
  #isPongDue = false;
  #isHasty = false;
  #closing: Promise<void> | undefined;
  /** Why nothing can be sent any more. What the other end said before is still read. */
  #lost: AmbitError | undefined;
  #error: AmbitError | undefined;
  #shut: Promise<void> | undefined;

  constructor(connection: Connection, options: WireOptions<Received>) {
    this.#connection = connection;
    this.#peer = options.peer;
    this.#timings = options.timings ?? defaultTimings;
    this.ended = new Promise((resolve) => (this.#tellEnd = resolve));
    this.#outbox = new Outbox(() => this.#pump.wake());
    this.#pump = new Pump(connection, this.#outbox, { onWritten: () => this.#written(), onLost: (cause) => this.#lose(cause) });
    this.#inbox = new Inbox({
      onMessage: (message) => this.#take(options.read(message)),
      grant: (stream, bytes) => this.#outbox.grant(stream, bytes),
      stop: (stream) => this.#outbox.stop(stream),
      credited: (stream, bytes) => this.#outbox.addCredit(stream, bytes),
      stopped: (stream) => this.#outbox.stopBlob(stream),
    });
    this.#reader = new FrameReader((kind, stream, payload) => this.#inbox.accept(kind, stream, payload));
    this.#pulse = new Pulse(this.#timings, {
      ping: () => this.send({ type: 'ping' }, { urgent: true }),
      onSilence: (milliseconds) => this.#end(connectionBroken(`nothing came from the ${this.#peer} for ${milliseconds / 1000} s`)),
    });
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
    while (this.buffered > fewBytes && !this.#error) await this.#bell.rung();
  }

  /** What is sent on a connection that is over is lost. */
  send(message: Sent | Housekeeping, options: SendOptions = {}): void {
    if (this.#isMute) return;
    const texts = textsOf(message);
    const isUrgent = options.urgent === true && texts.length === 1 && texts[0].length * 3 <= MAX_PAYLOAD;
    (isUrgent ? this.#outbox.urgent : this.#outbox.ordered).add(texts, options.key, options.onSent);
    this.#pump.wake();
  }

  /** Whether a message with this key waits to be sent, or for the rest of it. */
  isWaiting(key: string): boolean {
    return this.#outbox.ordered.isWaiting(key);
  }

  /** Sends a blob after the message that tells of it. */
  sendBlob(message: (stream: number) => Sent, data: AsyncIterable<Uint8Array>): void {
    if (this.#isMute) return void data[Symbol.asyncIterator]().return?.();
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
      if (message) {
        this.#bell.ring();
        return message;
      }
      if (this.#error) throw this.#error;
      await this.#bell.rung();
    }
  }

  /** Tells every further message and the end, in order; not before the caller's own callers know of it. */
  listen(listener: WireListener<Received>): void {
    setImmediate(() => {
      this.#listener = listener;
      this.#guarded(() => {
        for (const message of this.#early.splice(0)) if (!this.#closing) listener.onMessage(message);
      });
      this.#bell.ring();
      if (this.#error && !this.#closing) listener.onEnd(this.#error.message, this.#error);
    });
  }

  /**
   * Says goodbye when all messages are sent, and closes when the other end has read it, or after a while. What is under way
   * of blobs is given up.
   */
  close(reason: string): Promise<void> {
    return (this.#closing ??= this.#close(reason));
  }

  /** Says goodbye to who is no engine or worker of ours, and does not wait for an answer. */
  dismiss(reason: string): Promise<void> {
    this.#isHasty = true;
    return this.close(reason);
  }

  /** Ends it without a word. */
  abandon(why: string): Promise<void> {
    this.#closing ??= Promise.resolve();
    this.#end(connectionBroken(why));
    return this.#shut!;
  }

  get #isMute(): boolean {
    return this.#error !== undefined || this.#lost !== undefined || this.#closing !== undefined;
  }

  async #close(reason: string): Promise<void> {
    this.#inbox.close();
    this.#bell.ring();
    this.#outbox.sayGoodbye(goodbye(reason));
    this.#pump.wake();
    const timer = setTimeout(() => this.#end(connectionBroken('its goodbye was not heard')), this.#timings.close);
    await this.ended;
    clearTimeout(timer);
    await this.#shut;
  }

  async #read(): Promise<void> {
    try {
      for await (const chunk of this.#connection.input) {
        if (this.#error) return;
        this.#pulse.heard();
        this.#guarded(() => this.#reader.push(chunk));
        while (this.#early.length > 0 && !this.#error && !this.#closing) await this.#bell.rung();
      }
      this.#end(this.#lost ?? connectionBroken(`the ${this.#peer} is gone without a goodbye`));
    } catch (error) {
      this.#end(this.#lost ?? connectionBroken(messageOf(error), error));
    }
  }

  #take(message: Received): void {
    if (message.type === 'ping') this.#pong();
    else if (message.type === 'goodbye') this.#end(connectionBroken(`the ${this.#peer} said goodbye: ${message.reason}`));
    else if (message.type === 'pong' || this.#closing) return;
    else if (this.#listener) this.#listener.onMessage(message);
    else {
      this.#early.push(message);
      this.#bell.ring();
    }
  }

  /** One at a time, so that pings that are not let through cost nothing. */
  #pong(): void {
    if (this.#isPongDue) return;
    this.#isPongDue = true;
    this.send({ type: 'pong' }, { urgent: true, onSent: () => (this.#isPongDue = false) });
  }

  #written(): void {
    if (this.#isHasty && this.#outbox.hasSaidGoodbye) this.#end(connectionBroken('it was dismissed'));
    this.#bell.ring();
  }

  #lose(cause: unknown): void {
    const lost = connectionBroken(messageOf(cause), cause);
    this.#lost = lost;
    this.#outbox.clear();
    setTimeout(() => this.#end(lost), this.#timings.close).unref();
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
    this.#pulse.stop();
    this.#pump.stop();
    this.#reader.stop();
    this.#inbox.end(error);
    this.#outbox.clear();
    this.#shut = this.#shutDown(lastWords);
    this.#tellEnd(error);
    this.#bell.ring();
    if (!this.#closing) this.#listener?.onEnd(error.message, error);
  }

  async #shutDown(lastWords: string | undefined): Promise<void> {
    if (lastWords !== undefined) {
      this.#outbox.sayGoodbye(goodbye(lastWords));
      this.#pump.finish().catch(() => undefined);
    }
    // What cannot be closed is closed.
    await this.#connection.close().catch(() => undefined);
  }
}

function goodbye(reason: string): string {
  return JSON.stringify({ type: 'goodbye', reason: reason.slice(0, longestReason) });
}
