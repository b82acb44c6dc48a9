import assert from 'node:assert/strict';
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Executor, Reservation, ReserveAnswer, WorkerHandle, WorkerRequest } from '@ambit/plugin-api';
import { clause, withEnd } from './clause.ts';
import type { Clause, NotClaimed } from './clause.ts';
import type { ExecutorContext } from './contexts.ts';
import { Observation } from './executor-observation.ts';
import { patient } from './expect.ts';

/** As read back from a record: state must survive that. */
export function stored<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** One clause's stay at a place: what it starts is stopped and given back at its end. */
export class ExecutorScene {
  readonly owner = `owner-${randomUUID().slice(0, 8)}`;
  readonly context: ExecutorContext;
  readonly #key: KeyObject;
  readonly #publicKey: string;
  readonly #executors: Executor[] = [];
  readonly #reservations: Reservation[] = [];
  readonly #observations: Observation[] = [];

  constructor(context: ExecutorContext) {
    this.context = context;
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    this.#key = privateKey;
    this.#publicKey = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  }

  open(): Executor {
    const executor = this.context.open();
    this.#executors.push(executor);
    return executor;
  }

  /** Proves that this scene asked for the worker. */
  readonly sign = (text: string): string => sign(null, Buffer.from(text), this.#key).toString('base64');

  request(overrides: Partial<WorkerRequest> = {}): WorkerRequest {
    const { id = `w-${randomUUID().slice(0, 12)}`, owner = this.owner } = overrides;
    return { ...this.context.request({ id, owner, publicKey: this.#publicKey }), ...overrides };
  }

  async ask(executor: Executor, request: WorkerRequest): Promise<ReserveAnswer> {
    const signal = patient();
    for (;;) {
      const answer = await executor.reserve(request, this.context.placement, signal);
      if (answer.outcome === 'reserved') this.#reservations.push({ ...stored(answer), request });
      if (answer.outcome !== 'wait') return answer;
      await new Promise((resolve) => setTimeout(resolve, Math.min(answer.retryAfterMs, 100)));
    }
  }

  async reserve(executor: Executor, overrides: Partial<WorkerRequest> = {}): Promise<Reservation> {
    const request = this.request(overrides);
    const answer = await this.ask(executor, request);
    assert.ok(answer.outcome === 'reserved', `a small request was answered with "${answer.outcome}"`);
    return stored({ ...answer, request });
  }

  /** Asks once; undefined where it is to wait. */
  async tryReserve(executor: Executor, overrides: Partial<WorkerRequest>): Promise<Reservation | undefined> {
    const request = this.request(overrides);
    const answer = await executor.reserve(request, this.context.placement, patient());
    if (answer.outcome === 'wait') return undefined;
    assert.ok(answer.outcome === 'reserved', `the answer is "${answer.outcome}"`);
    const reservation = stored({ ...answer, request });
    this.#reservations.push(reservation);
    return reservation;
  }

  async prepare(executor: Executor, reservation: Reservation): Promise<void> {
    for await (const { what, done, total } of executor.prepare?.(reservation, this.context.placement, patient()) ?? []) {
      assert.ok(what === 'image' || what === 'runtime', `"${String(what)}" is prepared`);
      assert.ok(done >= 0 && (total === undefined || done <= total), `${done} of ${total} is done`);
    }
  }

  async start(executor: Executor, reservation: Reservation): Promise<WorkerHandle> {
    await this.prepare(executor, reservation);
    return stored(await executor.start(reservation, this.context.placement, patient()));
  }

  async launch(executor: Executor, overrides: Partial<WorkerRequest> = {}): Promise<{ reservation: Reservation; handle: WorkerHandle }> {
    const reservation = await this.reserve(executor, overrides);
    return { reservation, handle: await this.start(executor, reservation) };
  }

  observe(executor: Executor): Observation {
    const observation = new Observation(executor, this.owner);
    this.#observations.push(observation);
    return observation;
  }

  async end(): Promise<void> {
    for (const observation of this.#observations) observation.leave();
    const executor = this.open();
    for (const reservation of this.#reservations) {
      await executor.stop(reservation, { graceMs: 0 }, patient());
      await executor.release(reservation, patient());
    }
    for (const each of this.#executors) await each.dispose();
  }
}

/** A clause that gets a scene, which ends with it. */
export function sceneClause(id: string, spec: string, run: (scene: ExecutorScene) => Promise<void | NotClaimed>): Clause<ExecutorContext> {
  return clause(id, spec, (context) => {
    const scene = new ExecutorScene(context);
    return withEnd(
      () => run(scene),
      () => scene.end(),
    );
  });
}
