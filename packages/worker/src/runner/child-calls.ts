import { setImmediate } from 'node:timers';
import { AmbitError } from '@ambit/plugin-api';
import type { CallOptions } from '@ambit/plugin-api';
import type { ChildOutcome } from '../protocol/messages.ts';
import { decodeError } from '../values/encode-error.ts';
import { decodeValue, encodeArgs } from '../values/encode-value.ts';
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
  #last = 0;
  #failed = false;
  #whenNoneIsOpen: (() => void) | undefined;

  constructor(key: { readonly action: string; readonly attempt: number }, send: (message: FromRunner) => void, secrets: RunnerSecrets) {
    this.#key = { action: key.action, attempt: key.attempt };
    this.#send = send;
    this.#secrets = secrets;
  }

  /** Throws where an argument cannot travel. */
  start(task: string, args: readonly unknown[], scope: TaskScope, own?: CallOptions): Promise<unknown> {
    const encoded = this.#secrets.checked(encodeArgs(args), `An argument of ${task}`);
    const options = scope.optionsOf(own);
    const call = (this.#last += 1);
    const outcome = new Promise<unknown>((resolve, reject) => this.#open.set(call, { task, scope, resolve, reject }));
    this.#send({ type: 'call', ...this.#key, call, task, args: encoded, ...(options ? { options } : {}) });
    return outcome;
  }

  /** An outcome that nobody waits for any more is no matter. */
  settle(call: number, outcome: ChildOutcome): void {
    const open = this.#open.get(call);
    if (!open) return;
    this.#open.delete(call);
    if (outcome.status === 'succeeded') succeed(open, outcome.value);
    else {
      this.#failed = true;
      open.reject(outcome.status === 'failed' ? decodeError(outcome.error) : cancelledError(open.task, outcome.reason));
    }
    this.#tellIfNoneIsOpen();
  }

  /** Those that are open, and of a scope that fits; says whether there were any. */
  cancel(reason: string, fits: (scope: TaskScope) => boolean = () => true): boolean {
    const ending = [...this.#open].filter(([, { scope }]) => fits(scope));
    for (const [call, { task, reject }] of ending) {
      this.#open.delete(call);
      this.#send({ type: 'call.cancel', ...this.#key, call, reason });
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
