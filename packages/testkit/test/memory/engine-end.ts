import { generateKeyPairSync, sign } from 'node:crypto';
import { memoryExecutor } from '@ambit/testkit';
import type { MemoryExecutor, MemoryExecutorOptions } from '@ambit/testkit';
import { openSession } from '@ambit/worker/protocol';
import type { AttemptReport, SessionEvent, SessionOptions, WorkerSession } from '@ambit/worker/protocol';
import { decodeValue, encodeArgs } from '@ambit/worker/values';
import type { Reservation, WorkerHandle } from '@ambit/plugin-api';
import { memoryRequest } from '../memory-contexts.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');

export function never(): AbortSignal {
  return AbortSignal.timeout(20_000);
}

/** An engine's view of one worker in memory: what it was told, in order. */
export class EngineEndOfTest {
  readonly executor: MemoryExecutor;
  readonly told: SessionEvent[] = [];
  readonly ends: string[] = [];
  readonly blobs = new Map<string, Uint8Array>();
  reservation!: Reservation;
  handle!: WorkerHandle;
  session!: WorkerSession;

  constructor(options: MemoryExecutorOptions) {
    this.executor = memoryExecutor(options);
  }

  async start(graceMs = 1000): Promise<this> {
    const request = {
      ...memoryRequest({ id: 'w-1', owner: 'o', publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64') }),
      graceMs,
    };
    const answer = await this.executor.reserve(request, undefined, never());
    if (answer.outcome !== 'reserved') throw new Error(answer.reason);
    this.reservation = { ...answer, request };
    this.handle = await this.executor.start(this.reservation, undefined as never, never());
    await this.connect();
    return this;
  }

  async connect(overrides: Partial<SessionOptions> = {}): Promise<WorkerSession> {
    const connection = await this.executor.connect(this.handle, never());
    this.session = await openSession(
      connection,
      {
        epoch: 1,
        worker: 'w-1',
        sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64'),
        onMessage: (message) => void this.told.push(message),
        onEnd: (reason) => void this.ends.push(reason),
        objects: {
          put: async (data) => {
            const chunks: Uint8Array[] = [];
            for await (const chunk of data) chunks.push(chunk);
            const digest = `sha256:${this.blobs.size}`;
            this.blobs.set(digest, Buffer.concat(chunks));
            return { digest, size: this.blobs.get(digest)!.length };
          },
          get: (digest) => one(this.blobs.get(digest)),
        },
        ...overrides,
      },
      never(),
    );
    return this.session;
  }

  attempt(action: string, task: string, args: readonly unknown[] = [], more: { attempt?: number; timeoutMs?: number } = {}): void {
    this.session.send({ type: 'attempt', action, attempt: 1, run: 'run-a', task, bundle: 'sha256:b', args: encodeArgs(args), ...more });
  }

  /** The first message of a type that fits, as soon as it was told. */
  async message<Type extends SessionEvent['type']>(
    type: Type,
    fits: (message: Extract<SessionEvent, { type: Type }>) => boolean = () => true,
  ): Promise<Extract<SessionEvent, { type: Type }>> {
    for (const end = Date.now() + 10_000; ;) {
      const found = this.told.find((each): each is Extract<SessionEvent, { type: Type }> => each.type === type && fits(each as never));
      if (found) return found;
      if (Date.now() > end) throw new Error(`no ${type} was told: ${JSON.stringify(this.told)}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  async report(action: string): Promise<AttemptReport> {
    return (await this.message('attempt.ended', ({ report }) => report.action === action)).report;
  }

  async value(action: string): Promise<unknown> {
    const { outcome } = await this.report(action);
    if (outcome.status !== 'succeeded') throw new Error(`it ${outcome.status}: ${JSON.stringify(outcome)}`);
    return decodeValue(outcome.value);
  }
}

async function* one(data: Uint8Array | undefined): AsyncGenerator<Uint8Array> {
  if (!data) throw new Error('there is no such blob');
  yield data;
}
