import type { AttemptOutcome } from '../protocol/messages.ts';
import type { TaskFunction } from '../runtime/worker-facts.ts';
import { encodeValue } from '../values/encode-value.ts';
import { ChildCalls, cancelledError } from './child-calls.ts';
import type { FromRunner } from './channel.ts';
import { failedOutcome, thrownOutcome } from './failed-outcome.ts';

/** One try of one action: what `ambit.context/1` holds for the code that belongs to it. */
export class Attempt {
  readonly action: string;
  readonly attempt: number;
  readonly task: string;
  readonly calls: ChildCalls;
  #open = true;
  #abandoned = false;
  #cancelled: string | undefined;
  #controller: AbortController | undefined;
  /** Failures of child calls that nothing has handled so far. */
  readonly #unhandled = new Map<Promise<unknown>, unknown>();

  constructor({ action, attempt, task }: Pick<Attempt, 'action' | 'attempt' | 'task'>, send: (message: FromRunner) => void) {
    this.action = action;
    this.attempt = attempt;
    this.task = task;
    this.calls = new ChildCalls(this, send);
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

  call(task: string, args: readonly unknown[]): Promise<unknown> {
    if (this.#cancelled !== undefined) throw cancelledError(task, this.#cancelled);
    return this.calls.start(task, args);
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
  async run(fn: TaskFunction, args: readonly unknown[]): Promise<AttemptOutcome> {
    const outcome = this.#cancelled === undefined ? await this.#outcome(fn, args) : undefined;
    if (outcome?.status === 'failed') this.#abandon(`${this.task}, which called it, has failed`);
    this.#open = false;
    return outcome && this.#cancelled === undefined ? outcome : { status: 'cancelled', reason: this.#cancelled ?? '' };
  }

  #abandon(reason: string): void {
    this.#abandoned = this.calls.cancelAll(reason) || this.#abandoned;
  }

  async #outcome(fn: TaskFunction, args: readonly unknown[]): Promise<AttemptOutcome> {
    let result: unknown;
    try {
      result = await fn(...(args as never[]));
    } catch (thrown) {
      return thrownOutcome(thrown);
    }
    const returned = returnedOutcome(result);
    if (returned.status === 'failed') return returned;
    await this.calls.ended();
    for (const error of this.#unhandled.values()) return thrownOutcome(error);
    return returned;
  }
}

function returnedOutcome(result: unknown): AttemptOutcome {
  try {
    return { status: 'succeeded', value: encodeValue(result, 'result') };
  } catch (refusal) {
    return failedOutcome('user', (refusal as { code?: `AMBIT_${string}` }).code ?? 'AMBIT_VALUE_REFUSED', refusal);
  }
}
