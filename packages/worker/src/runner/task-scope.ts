import type { AsyncLocalStorage } from 'node:async_hooks';
import type { CallOptions, CallScope, ScopeOptions } from '@ambit/plugin-api';
import type { Attempt } from './attempt.ts';

/** A piece of an attempt's code: what `ambit.context/1` holds while that runs. The outermost is the whole attempt. */
export class TaskScope implements CallScope {
  readonly attempt: Attempt;
  readonly #context: AsyncLocalStorage<TaskScope>;
  readonly #parent: TaskScope | undefined;
  readonly #group: readonly string[];
  readonly #label: string | undefined;
  #cancelled: string | undefined;

  constructor(
    attempt: Attempt,
    context: AsyncLocalStorage<TaskScope>,
    { parent, group, label }: ScopeOptions & { readonly parent?: TaskScope } = {},
  ) {
    this.attempt = attempt;
    this.#context = context;
    this.#parent = parent;
    this.#group = [...(parent ? parent.#group : []), ...(group === undefined ? [] : [group])];
    this.#label = label ?? (parent ? parent.#label : undefined);
  }

  /** Why calls made in it are refused. */
  get cancelled(): string | undefined {
    return this.#cancelled ?? this.#parent?.cancelled;
  }

  open(options: ScopeOptions): TaskScope {
    return new TaskScope(this.attempt, this.#context, { ...options, parent: this });
  }

  run<R>(fn: () => R): R {
    return this.#context.run(this, fn);
  }

  cancel(reason: string): void {
    this.#cancelled ??= reason;
    this.attempt.calls.cancel(reason, (scope) => scope.#isIn(this));
  }

  /** What is said of a call made in it. */
  optionsOf(own: CallOptions | undefined): CallOptions | undefined {
    const options = {
      ...(this.#label === undefined ? {} : { label: this.#label }),
      ...own,
      ...(this.#group.length > 0 ? { group: this.#group } : {}),
    };
    return Object.keys(options).length > 0 ? options : undefined;
  }

  #isIn(scope: TaskScope): boolean {
    return this === scope || (this.#parent !== undefined && this.#parent.#isIn(scope));
  }
}
