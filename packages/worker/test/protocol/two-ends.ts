import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { AmbitError } from '@ambit/plugin-api';
import { expect } from 'vitest';
import { acceptEngine, openSession } from '../../src/protocol/index.ts';
import type {
  AttemptReport,
  EngineEvent,
  EngineSession,
  IncomingBundle,
  SessionEvent,
  SessionOptions,
  WorkerEndOptions,
  WorkerSession,
  WorkerState,
} from '../../src/protocol/index.ts';
import { TestLine } from './test-line.ts';

export interface KeyPair {
  readonly publicKey: string;
  readonly sign: (text: string) => string;
}

export function newKey(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64'),
  };
}

export const runKey = newKey();

export function patient(): AbortSignal {
  return AbortSignal.timeout(20_000);
}

export const emptyState: WorkerState = { type: 'state', running: [], unacknowledged: [] };

/** Both ends of one connection, and what each was told. */
export class TwoEnds {
  readonly line: TestLine;
  readonly toldEngine: SessionEvent[] = [];
  readonly toldWorker: EngineEvent[] = [];
  readonly engineEnds: { readonly reason: string; readonly error: AmbitError }[] = [];
  readonly workerEnds: { readonly reason: string; readonly error: AmbitError }[] = [];
  readonly bundles: IncomingBundle[] = [];
  readonly blobs = new Map<string, Uint8Array>();
  readonly epochs = { highest: 0 };
  engine!: WorkerSession;
  worker!: EngineSession;

  constructor(line = new TestLine()) {
    this.line = line;
  }

  openEngine(overrides: Partial<SessionOptions> = {}): Promise<WorkerSession> {
    const options: SessionOptions = {
      epoch: 1,
      worker: 'w-1',
      sign: runKey.sign,
      onMessage: (message) => void this.toldEngine.push(message),
      onEnd: (reason, error) => void this.engineEnds.push({ reason, error }),
      objects: { put: (data) => this.#put(data), get: (digest, range) => this.#get(digest, range) },
      ...overrides,
    };
    return openSession(this.line.engine, options, patient()).then((session) => (this.engine = session));
  }

  acceptEngine(overrides: Partial<WorkerEndOptions> = {}): Promise<EngineSession> {
    const options: WorkerEndOptions = {
      identity: { worker: 'w-1', incarnation: 'i-1', publicKey: runKey.publicKey },
      epochs: this.epochs,
      state: () => emptyState,
      onMessage: (message) => void this.toldWorker.push(message),
      onBundle: (bundle) => void this.bundles.push(bundle),
      onEnd: (reason, error) => void this.workerEnds.push({ reason, error }),
      ...overrides,
    };
    return acceptEngine(this.line.worker, options, patient()).then((session) => (this.worker = session));
  }

  async open(engine: Partial<SessionOptions> = {}, worker: Partial<WorkerEndOptions> = {}): Promise<this> {
    await Promise.all([this.openEngine(engine), this.acceptEngine(worker)]);
    await turn();
    return this;
  }

  async close(): Promise<void> {
    await Promise.all([this.engine.close('the test is over'), this.worker.close('the test is over')]);
  }

  async #put(data: AsyncIterable<Uint8Array>): Promise<{ digest: string; size: number }> {
    const blob = await joined(data);
    const digest = `sha256:${createHash('sha256').update(blob).digest('hex')}`;
    this.blobs.set(digest, blob);
    return { digest, size: blob.length };
  }

  async *#get(digest: string, { from = 0, to }: { from?: number; to?: number }): AsyncGenerator<Uint8Array> {
    const blob = this.blobs.get(digest);
    if (!blob) throw new AmbitError('AMBIT_OBJECT_MISSING', `There is no blob ${digest}.`, { hint: 'Store it.' });
    yield* pieces(blob.subarray(from, to), 100_000);
  }
}

export async function joined(data: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of data) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}

export async function* pieces(data: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size);
}

/** Bytes that differ by seed, and repeat with a period that no frame has. */
export function bytes(length: number, seed = 1): Uint8Array {
  const pattern = Uint8Array.from({ length: 251 }, (_, at) => (at * 31 + seed * 17) & 255);
  return new Uint8Array(Buffer.alloc(length, pattern));
}

export function attempt(action: string, args = '[]'): Extract<EngineEvent, { type: 'attempt' }> {
  return { type: 'attempt', action, attempt: 1, run: 'run-a', task: 'a.b', bundle: 'sha256:b', args };
}

export function report(action: string, value = 'null'): AttemptReport {
  const at = '2026-01-01T00:00:00.000Z';
  return { action, attempt: 1, outcome: { status: 'succeeded', value }, startedAt: at, endedAt: at, tainted: false };
}

export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export async function until(what: string, holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 15_000; !holds();) {
    if (Date.now() > end) throw new Error(`this did not come: ${what}`);
    await turn();
  }
}

/** A text that contains this one, with a type that may stand in an expectation. */
export function containing(text: string): string {
  return expect.stringContaining(text) as string;
}

/** An error of Ambit's with this code, and this text in its message. */
export function failure(code: string, text = ''): AmbitError {
  return expect.objectContaining({ code, message: containing(text) }) as AmbitError;
}
