import { AmbitError, acceptInput, acceptOutput } from '@ambit/plugin-api';
import type { CallOptions } from '@ambit/plugin-api';
import type { AttemptOutcome } from '../protocol/messages.ts';
import type { DefinedTask } from '../runtime/worker-facts.ts';
import { encodeError } from '../values/encode-error.ts';
import { encodeStored } from '../values/encode-value.ts';
import { isShort, outsourced } from '../values/large-value.ts';
import { ChildCalls, cancelledError } from './child-calls.ts';
import type { FromRunner } from './channel.ts';
import { failedOutcome, isFull, refusedOutcome, thrownOutcome } from './failed-outcome.ts';
import { Progress } from './progress.ts';
import type { RunnerSecrets } from './runner-secrets.ts';
import type { TaskScope } from './task-scope.ts';

type StepResult = { readonly value: string } | { readonly error: ReturnType<typeof encodeError> };

/** One try of one action. */
export class Attempt {
  readonly action: string;
  readonly attempt: number;
  readonly task: string;
  readonly calls: ChildCalls;
  readonly progress: Progress;
  readonly #send: (message: FromRunner) => void;
  readonly #secrets: RunnerSecrets;
  #steps = 0;
  #open = true;
  #abandoned = false;
  #cancelled: string | undefined;
  #controller: AbortController | undefined;
  /** Failures of child calls that nothing has handled so far. */
  readonly #unhandled = new Map<Promise<unknown>, unknown>();

  constructor(
    { action, attempt, task }: Pick<Attempt, 'action' | 'attempt' | 'task'>,
    send: (message: FromRunner) => void,
    secrets: RunnerSecrets,
  ) {
    this.action = action;
    this.attempt = attempt;
    this.task = task;
    this.calls = new ChildCalls(this, send, secrets);
    this.progress = new Progress((data) => this.#open && send({ type: 'progress', action, attempt, data }));
    this.#send = send;
    this.#secrets = secrets;
  }

  /** Until its outcome is known. */
  get open(): boolean {
    return this.#open;
  }

  /** It left calls that had not ended: what waits for them may live on. */
  get abandoned(): boolean {
    return this.#abandoned;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#cancelled !== undefined) this.#controller.abort(cancelledError(this.task, this.#cancelled));
    return this.#controller.signal;
  }

  call(task: string, args: readonly unknown[], scope: TaskScope, options?: CallOptions): Promise<unknown> {
    const reason = this.#cancelled ?? scope.cancelled;
    if (reason !== undefined) throw cancelledError(task, reason);
    return this.calls.start(task, args, scope, options);
  }

  /** Steps have numbers in the order in which they begin. */
  async step<R>(name: string, fn: () => R | PromiseLike<R>): Promise<R> {
    const step = (this.#steps += 1);
    const tell = (result: StepResult): void => {
      if (this.#open) this.#send({ type: 'step', action: this.action, attempt: this.attempt, step, name, ...result });
    };
    try {
      const value = await fn();
      tell({ value: this.#secrets.checked(await encodeStored(value, `step.${name}`), `The value of the step "${name}"`) });
      return value;
    } catch (error) {
      tell({ error: encodeError(error) });
      throw error;
    }
  }

  cancel(reason: string): void {
    this.#cancelled ??= reason;
    this.#controller?.abort(cancelledError(this.task, reason));
    this.#abandon(reason);
  }

  childFailed(promise: Promise<unknown>, error: unknown): void {
    this.#unhandled.set(promise, error);
  }

  childFailureHandled(promise: Promise<unknown>): void {
    this.#unhandled.delete(promise);
  }

  /** A task that returns waits for the calls it left open, and fails where one of them failed and nothing handled that. One that throws cancels them. */
  async run(task: DefinedTask, args: readonly unknown[]): Promise<AttemptOutcome> {
    const outcome = this.#cancelled === undefined ? await this.#outcome(task, args) : undefined;
    if (outcome?.status === 'failed') this.#abandon(`${this.task}, which called it, has failed`);
    this.progress.end();
    this.#open = false;
    return outcome && this.#cancelled === undefined ? outcome : { status: 'cancelled', reason: this.#cancelled ?? '' };
  }

  #abandon(reason: string): void {
    this.#abandoned = this.calls.cancel(reason) || this.#abandoned;
  }

  async #outcome({ fn, schemas }: DefinedTask, args: readonly unknown[]): Promise<AttemptOutcome> {
    let result: unknown;
    try {
      const given = schemas === undefined ? args : await unlessRefused(acceptInput(this.task, schemas, args));
      result = await fn(...(given as never[]));
      if (schemas !== undefined) result = await unlessRefused(acceptOutput(this.task, schemas, result));
    } catch (thrown) {
      return Refused.is(thrown) ? refusedOutcome(thrown.error) : thrownOutcome(thrown);
    }
    const returned = await returnedOutcome(this.task, result, this.#secrets);
    if (returned.status === 'failed') return returned;
    await this.calls.ended();
    for (const error of this.#unhandled.values()) return thrownOutcome(error);
    return returned;
  }
}

/** What a schema of this very task has refused: that of another, whose refusal the task lets through, is what the task threw. */
class Refused {
  readonly #error: AmbitError;

  constructor(error: AmbitError) {
    this.#error = error;
  }

  get error(): AmbitError {
    return this.#error;
  }

  /** Asks nothing of what a task threw, which may be a proxy that throws at every question. */
  static is(thrown: unknown): thrown is Refused {
    return typeof thrown === 'object' && thrown !== null && #error in thrown;
  }
}

async function unlessRefused<T>(accepted: Promise<T>): Promise<T> {
  try {
    return await accepted;
  } catch (error) {
    throw AmbitError.is(error) ? new Refused(error) : error;
  }
}

async function returnedOutcome(task: string, result: unknown, secrets: RunnerSecrets): Promise<AttemptOutcome> {
  try {
    const value = secrets.checked(await encodeStored(result, 'result'), `The result of ${task}`);
    return { status: 'succeeded', value: isShort(value) ? value : await outsourced(value, 'value') };
  } catch (refusal) {
    if (isFull(refusal)) return thrownOutcome(refusal);
    return failedOutcome('user', (refusal as { code?: `AMBIT_${string}` }).code ?? 'AMBIT_VALUE_REFUSED', refusal);
  }
}
