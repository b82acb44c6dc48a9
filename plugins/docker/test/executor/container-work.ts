import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { Executor, Reservation, WorkerHandle, WorkerRequest } from '@ambit/plugin-api';
import { openSession } from '@ambit/worker/protocol';
import type { SessionEvent, WorkerSession } from '@ambit/worker/protocol';
import { decodeValue, encodeArgs } from '@ambit/worker/values';
import { ContainerPlace, never } from './container-place.ts';
import type { EngineAt } from './container-place.ts';

type Outcome = Extract<SessionEvent, { type: 'attempt.ended' }>['report']['outcome'];

/** One worker in a container, connected, that runs `code`: each of its tasks is `t.NAME`. */
export class ContainerWork {
  readonly place: ContainerPlace;
  readonly executor: Executor;
  readonly #keys = generateKeyPairSync('ed25519');
  readonly #waiting = new Map<string, (outcome: Outcome) => void>();
  reservation!: Reservation;
  handle!: WorkerHandle;
  session!: WorkerSession;
  /** Why the session ended. */
  ended: string | undefined;
  #bundle = '';
  #last = 0;

  static async open(engineAt: EngineAt, ...options: Parameters<ContainerPlace['open']>): Promise<ContainerWork> {
    return new ContainerWork(await ContainerPlace.make(engineAt), options);
  }

  private constructor(place: ContainerPlace, options: Parameters<ContainerPlace['open']>) {
    this.place = place;
    this.executor = place.open(...options);
  }

  async reserve(overrides: Partial<WorkerRequest> = {}, reference?: string): Promise<void> {
    const publicKey = this.#keys.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    const request = this.place.request({ publicKey, ...overrides }, reference);
    const answer = await this.executor.reserve(request, undefined, never());
    if (answer.outcome !== 'reserved') throw new Error(`the answer is ${answer.outcome}: ${answer.reason}`);
    this.reservation = { ...answer, request };
  }

  async start(overrides: Partial<WorkerRequest> = {}, reference?: string): Promise<void> {
    await this.reserve(overrides, reference);
    this.handle = await this.executor.start(this.reservation, await this.place.placement(this.reservation.request), never());
  }

  /** Starts a worker, connects, and sends it tasks: `export const NAME = (...args) => ...` in one text each. */
  async run(code: Readonly<Record<string, string>>, overrides: Partial<WorkerRequest> = {}, reference?: string): Promise<void> {
    await this.start(overrides, reference);
    await this.connect(code);
  }

  async connect(code: Readonly<Record<string, string>>): Promise<void> {
    const connection = await this.executor.connect(this.handle, never());
    const { privateKey } = this.#keys;
    this.session = await openSession(
      connection,
      {
        epoch: 1,
        worker: this.handle.id,
        sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64'),
        onMessage: (message) => this.#take(message),
        onEnd: (reason) => (this.ended = reason),
        objects: { put: () => Promise.reject(new Error('no objects are stored here')), get: none },
      },
      never(),
    );
    const tasks = Object.entries(code).map(([name, text]) => `defineTask('t.${name}', ${text});`);
    const data = Buffer.from(`import { defineTask } from '#ambit/runtime';\n${tasks.join('\n')}`);
    this.#bundle = `sha256:${createHash('sha256').update(data).digest('hex')}`;
    this.session.sendBundle({ digest: this.#bundle, entry: 'main.js', files: [{ path: 'main.js', mode: 0o644, data }] });
  }

  outcome(task: string, args: readonly unknown[] = [], limits: { timeoutMs?: number } = {}): Promise<Outcome> {
    const action = `a-${++this.#last}`;
    const outcome = new Promise<Outcome>((resolve) => this.#waiting.set(action, resolve));
    const attempt = { type: 'attempt', action, attempt: 1, run: 'run-a', task: `t.${task}`, bundle: this.#bundle } as const;
    this.session.send({ ...attempt, args: encodeArgs(args), ...limits });
    return outcome;
  }

  async value(task: string, ...args: readonly unknown[]): Promise<unknown> {
    const outcome = await this.outcome(task, args);
    if (outcome.status !== 'succeeded') throw new Error(`${task} did not succeed: ${JSON.stringify(outcome)}`);
    return decodeValue(outcome.value);
  }

  async dispose(): Promise<void> {
    if (this.reservation) {
      await this.session?.close('the test is over').catch(() => undefined);
      await this.executor.stop(this.reservation, { graceMs: 0 }, never());
      await this.executor.release(this.reservation, never());
    }
    await this.executor.dispose();
    await this.place.dispose();
  }

  #take(message: SessionEvent): void {
    if (message.type === 'attempt.ended') this.#waiting.get(message.report.action)?.(message.report.outcome);
  }
}

async function* none(): AsyncGenerator<never> {}
