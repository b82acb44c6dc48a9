import { setImmediate } from 'node:timers';
import { AmbitError } from '@ambit/plugin-api';
import type { CallOptions } from '@ambit/plugin-api';
import type { ChildOutcome, EncodedValue } from '../protocol/messages.ts';
import { decodeError } from '../values/encode-error.ts';
import { decodeValue, encodeStored } from '../values/encode-value.ts';
import { isShort, largeValueOf, outsourced, whole } from '../values/large-value.ts';
import type { FromRunner } from './channel.ts';
import type { RunnerSecrets } from './runner-secrets.ts';
import type { TaskScope } from './task-scope.ts';

interface OpenCall {
  readonly task: string;
  readonly scope: TaskScope;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** The calls of tasks that one attempt makes, in the order in which it makes them. */
export class ChildCalls {
  readonly #key: { readonly action: string; readonly attempt: number };
  readonly #send: (message: FromRunner) => void;
  readonly #secrets: RunnerSecrets;
  readonly #open = new Map<number, OpenCall>();
  /** Those whose arguments are still being stored. */
  readonly #untold = new Set<number>();
  #last = 0;
  #failed = false;
  #whenNoneIsOpen: (() => void) | undefined;

  constructor(key: { readonly action: string; readonly attempt: number }, send: (message: FromRunner) => void, secrets: RunnerSecrets) {
    this.#key = { action: key.action, attempt: key.attempt };
    this.#send = send;
    this.#secrets = secrets;
  }

  /** Throws where an argument cannot travel. Files and directories of this machine are stored first. */
  start(task: string, args: readonly unknown[], scope: TaskScope, own?: CallOptions): Promise<unknown> {
    const encoded = encodeStored(args, 'args');
    if (typeof encoded === 'string') this.#check(encoded, task);
    const options = scope.optionsOf(own);
    const call = (this.#last += 1);
    const outcome = new Promise<unknown>((resolve, reject) => this.#open.set(call, { task, scope, resolve, reject }));
    const tell = (text: EncodedValue): void => {
      this.#send({ type: 'call', ...this.#key, call, task, args: text, ...(options ? { options } : {}) });
    };
    if (typeof encoded === 'string' && isShort(encoded)) tell(encoded);
    else void this.#tellStored(call, encoded, tell);
    return outcome;
  }

  async #tellStored(call: number, storing: EncodedValue | Promise<EncodedValue>, tell: (text: EncodedValue) => void): Promise<void> {
    this.#untold.add(call);
    try {
      const text = await storing;
      const task = this.#open.get(call)?.task ?? '';
      const told = await outsourced(this.#check(text, task), 'args');
      if (this.#open.has(call)) tell(told);
    } catch (error) {
      this.#fail(call, error as Error);
    } finally {
      this.#untold.delete(call);
    }
  }

  #check(text: EncodedValue, task: string): EncodedValue {
    return this.#secrets.checked(text, `An argument of ${task}`);
  }

  /** An outcome that nobody waits for any more is no matter. */
  settle(call: number, outcome: ChildOutcome): void {
    const open = this.#open.get(call);
    if (!open) return;
    if (outcome.status !== 'succeeded')
      return this.#fail(call, outcome.status === 'failed' ? decodeError(outcome.error) : cancelledError(open.task, outcome.reason));
    if (largeValueOf(outcome.value) === undefined) this.#succeed(call, outcome.value);
    else
      whole(outcome.value).then(
        (value) => this.#succeed(call, value),
        (error: Error) => this.#fail(call, error),
      );
  }

  #succeed(call: number, value: EncodedValue): void {
    const open = this.#open.get(call);
    if (!open) return;
    this.#open.delete(call);
    succeed(open, value);
    this.#tellIfNoneIsOpen();
  }

  #fail(call: number, error: Error): void {
    const open = this.#open.get(call);
    if (!open) return;
    this.#open.delete(call);
    this.#failed = true;
    open.reject(error);
    this.#tellIfNoneIsOpen();
  }

  /** Those that are open, and of a scope that fits; says whether there were any. */
  cancel(reason: string, fits: (scope: TaskScope) => boolean = () => true): boolean {
    const ending = [...this.#open].filter(([, { scope }]) => fits(scope));
    for (const [call, { task, reject }] of ending) {
      this.#open.delete(call);
      if (!this.#untold.has(call)) this.#send({ type: 'call.cancel', ...this.#key, call, reason });
      reject(cancelledError(task, reason));
    }
    this.#failed ||= ending.length > 0;
    this.#tellIfNoneIsOpen();
    return ending.length > 0;
  }

  /**
   * Resolves when all have ended, those included that are made meanwhile or by what is under way already, and rejections that
   * nothing handled were told.
   */
  async ended(): Promise<void> {
    do {
      if (this.#open.size > 0) await new Promise<void>((resolve) => (this.#whenNoneIsOpen = resolve));
      this.#failed = false;
      await new Promise((resolve) => setImmediate(resolve));
    } while (this.#open.size > 0 || this.#failed);
  }

  #tellIfNoneIsOpen(): void {
    if (this.#open.size === 0) this.#whenNoneIsOpen?.();
  }
}

function succeed({ resolve, reject }: OpenCall, value: string): void {
  try {
    resolve(decodeValue(value));
  } catch (error) {
    reject(error as Error);
  }
}

export function cancelledError(task: string, reason: string): AmbitError {
  return new AmbitError('AMBIT_TASK_CANCELLED', `${task} was cancelled: ${reason}`, {
    hint: 'Let it pass: what is cancelled need not end well.',
    facts: { task, reason },
  });
}
