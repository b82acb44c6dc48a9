import { createHash } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { openSession } from '../../src/protocol/index.ts';
import type { AttemptOutcome, AttemptReport, SessionEvent, SessionOptions, SharedFolder, WorkerSession } from '../../src/protocol/index.ts';
import { connectTo } from './socket-connection.ts';
import type { OpenConnection } from './socket-connection.ts';

export interface EngineEndOptions {
  readonly worker: string;
  readonly epoch: number;
  readonly sign: (text: string) => string;
  /** Where its store has a folder: what it says of it, and whether it takes what is put there. */
  readonly folder?: SharedFolder & { readonly takes?: boolean };
}

type Of<Type extends SessionEvent['type']> = Extract<SessionEvent, { type: Type }>;

export const bundleDigest = `sha256:${'b'.repeat(64)}`;

let actions = 0;

/** An engine, as far as a worker sees one. */
export class EngineEnd {
  readonly events: SessionEvent[] = [];
  /** Why the connection ended, once it has. */
  ended: string | undefined;
  readonly objects = new Map<string, Buffer>();
  /** What was handed over in the folder, by digest: the path of each. */
  readonly taken = new Map<string, string>();
  session!: WorkerSession;
  #connection!: OpenConnection;
  #waiting: (() => void)[] = [];

  static async open(path: string | number, options: EngineEndOptions): Promise<EngineEnd> {
    const engine = new EngineEnd();
    engine.#connection = await connectTo(path);
    engine.session = await openSession(
      engine.#connection,
      {
        ...options,
        onMessage: (message) => engine.#take(message),
        onEnd: (reason) => {
          engine.ended = reason;
          engine.#wake();
        },
        objects: { put: (data) => engine.#put(data), get: (digest) => engine.#get(digest), ...engine.#folder(options.folder) },
      },
      AbortSignal.timeout(10_000),
    );
    return engine;
  }

  /** `entry` says how the fake runner loads it. */
  sendBundle(entry: object = {}, digest = bundleDigest): void {
    const data = Buffer.from(JSON.stringify(entry));
    this.session.sendBundle({ digest, entry: 'main.js', files: [{ path: 'main.js', mode: 0o644, data }] });
  }

  /** Hands out an attempt; what it does is its task's name and input. */
  begin(task: string, input?: unknown, more: { bundle?: string; timeoutMs?: number; tainted?: boolean } = {}): string {
    actions += 1;
    const action = `a${actions}`;
    this.attempt(action, task, input, more);
    return action;
  }

  attempt(action: string, task: string, input?: unknown, more: { bundle?: string; timeoutMs?: number; tainted?: boolean } = {}): void {
    const { bundle = bundleDigest, timeoutMs, tainted } = more;
    this.session.send({
      type: 'attempt',
      action,
      attempt: 1,
      run: 'run-1',
      task,
      bundle,
      args: JSON.stringify({ input, tainted }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
  }

  cancel(action: string, reason = 'not wanted'): void {
    this.session.send({ type: 'cancel', action, attempt: 1, reason });
  }

  acknowledge(action: string): void {
    this.session.send({ type: 'acknowledge', action, attempt: 1 });
  }

  async report(action: string): Promise<AttemptReport> {
    return (await this.next('attempt.ended', ({ report }) => report.action === action)).report;
  }

  async outcome(action: string): Promise<AttemptOutcome> {
    return (await this.report(action)).outcome;
  }

  /** What the fake runner's task gave back. */
  async value(action: string): Promise<unknown> {
    const outcome = await this.outcome(action);
    if (outcome.status !== 'succeeded') throw new Error(`It has not succeeded: ${JSON.stringify(outcome)}`);
    return JSON.parse(outcome.value);
  }

  async run(task: string, input?: unknown, more: Parameters<EngineEnd['begin']>[2] = {}): Promise<AttemptOutcome> {
    return this.outcome(this.begin(task, input, more));
  }

  /** All that was told so far of a stream; fails where a piece is missing. */
  output(action: string, stream: 'stdout' | 'stderr' = 'stdout'): Buffer {
    const pieces: Buffer[] = [];
    let size = 0;
    for (const event of this.events) {
      if (event.type !== 'log' || event.action !== action || event.stream !== stream) continue;
      const data = Buffer.from(event.data, 'base64');
      if (event.offset > size) throw new Error(`a gap in ${stream} of ${action} from ${size} to ${event.offset}`);
      const fresh = data.subarray(size - event.offset);
      pieces.push(fresh);
      size += fresh.length;
    }
    return Buffer.concat(pieces);
  }

  stored(action: string): void {
    const stdout = this.output(action, 'stdout').length;
    const stderr = this.output(action, 'stderr').length;
    this.session.send({ type: 'log.stored', action, attempt: 1, stdout, stderr });
  }

  /** The first message of a type that fits, whether it came already or not. */
  async next<Type extends SessionEvent['type']>(type: Type, fits: (message: Of<Type>) => boolean = () => true): Promise<Of<Type>> {
    for (;;) {
      const found = this.events.find((event) => event.type === type && fits(event as Of<Type>));
      if (found) return found as Of<Type>;
      if (this.ended !== undefined)
        throw new Error(`The connection ended (${this.ended}) before "${type}" of ${JSON.stringify(this.events).slice(0, 2000)}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async isOver(): Promise<string> {
    while (this.ended === undefined) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return this.ended;
  }

  /** As a network or an engine that goes away does. */
  break(): void {
    this.#connection.socket.destroy();
  }

  /** The engine reads nothing for now. */
  pause(): void {
    this.#connection.socket.pause();
  }

  #take(message: SessionEvent): void {
    this.events.push(message);
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #folder(folder: EngineEndOptions['folder']): Pick<SessionOptions['objects'], 'folder'> {
    if (!folder) return {};
    const take = async (name: string, digest: string): Promise<void> => {
      if (folder.takes === false) throw new Error('it takes nothing');
      const path = join(folder.directory, digest.slice('sha256:'.length));
      await rename(join(folder.directory, name), path);
      this.taken.set(digest, path);
    };
    return { folder: { open: async () => folder, take, path: (digest) => this.taken.get(digest) } };
  }

  async #put(data: AsyncIterable<Uint8Array>): Promise<{ digest: string; size: number }> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of data) chunks.push(chunk);
    const whole = Buffer.concat(chunks);
    const digest = `sha256:${createHash('sha256').update(whole).digest('hex')}`;
    this.objects.set(digest, whole);
    return { digest, size: whole.length };
  }

  async *#get(digest: string): AsyncIterable<Uint8Array> {
    const data = this.objects.get(digest);
    if (!data) throw new Error(`no object ${digest}`);
    yield data;
  }
}
