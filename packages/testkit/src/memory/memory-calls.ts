import { AmbitError } from '@ambit/plugin-api';
import type { CallOptions } from '@ambit/plugin-api';
import { decodeError, decodeValue, encodeArgs } from '@ambit/worker/values';
import type { ChildOutcome, WorkerSend } from '@ambit/worker/protocol';

type Call = Extract<WorkerSend, { type: 'call' }>;

interface OpenCall {
  readonly message: Call;
  readonly promise: Promise<unknown>;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** The calls of tasks that one attempt makes. */
export class MemoryCalls {
  readonly #attempt: { readonly action: string; readonly attempt: number };
  readonly #say: (message: WorkerSend) => void;
  readonly #open = new Map<number, OpenCall>();
  #last = 0;

  constructor(attempt: { readonly action: string; readonly attempt: number }, say: (message: WorkerSend) => void) {
    this.#attempt = attempt;
    this.#say = say;
  }

  get open(): readonly number[] {
    return [...this.#open.keys()];
  }

  start(task: string, args: readonly unknown[], options?: CallOptions): Promise<unknown> {
    const encoded = encodeArgs(args);
    this.#last += 1;
    const message: Call = { type: 'call', ...this.#attempt, call: this.#last, task, args: encoded, ...(options && { options }) };
    const { promise, resolve, reject } = settleable();
    // Whoever does not wait for a call learns of its failure by that of the attempt.
    promise.catch(() => undefined);
    this.#open.set(message.call, { message, promise, resolve, reject });
    this.#say(message);
    return promise;
  }

  /** One whose outcome is known, or not wanted any more, is passed over. */
  settle(call: number, outcome: ChildOutcome): void {
    const open = this.#open.get(call);
    this.#open.delete(call);
    if (!open) return;
    if (outcome.status === 'succeeded') open.resolve(decodeValue(outcome.value));
    else open.reject(outcome.status === 'failed' ? decodeError(outcome.error) : cancelledError(open.message.task, outcome.reason));
  }

  cancelAll(reason: string): void {
    for (const open of this.#open.values()) {
      this.#say({ type: 'call.cancel', ...this.#attempt, call: open.message.call, reason });
      open.reject(cancelledError(open.message.task, reason));
    }
    this.#open.clear();
  }

  /** To an engine that may have missed them. */
  tellAgain(): void {
    for (const { message } of this.#open.values()) this.#say(message);
  }

  /** Waits for what is open now, and for what is called meanwhile; rejects with the first failure among them. */
  async ended(): Promise<void> {
    while (this.#open.size > 0) await Promise.all([...this.#open.values()].map((call) => call.promise));
  }
}

export function cancelledError(task: string, reason: string): AmbitError {
  return new AmbitError('AMBIT_TASK_CANCELLED', `${task} was cancelled: ${reason}`, {
    hint: 'Let it pass: what is cancelled need not end well.',
    facts: { task, reason },
  });
}

function settleable(): Omit<OpenCall, 'message'> {
  let resolve: OpenCall['resolve'] = () => undefined;
  let reject: OpenCall['reject'] = () => undefined;
  const promise = new Promise<unknown>((...both) => ([resolve, reject] = both));
  return { promise, resolve, reject };
}
