import type { AsyncLocalStorage } from 'node:async_hooks';
import { AmbitError } from '@ambit/plugin-api';
import type { CallScope, ScopeOptions } from '@ambit/plugin-api';
import type { AttemptOutcome } from '../protocol/messages.ts';
import { definedTasks } from '../runtime/worker-facts.ts';
import type { TaskContext } from '../runtime/task-context.ts';
import type { CallTask, DefinedTask, WorkerFacts } from '../runtime/worker-facts.ts';
import { setHidden } from '../values/build-error.ts';
import { decodeArgs } from '../values/encode-value.ts';
import { whole } from '../values/large-value.ts';
import { Attempt } from './attempt.ts';
import { cancelledError } from './child-calls.ts';
import type { FromRunner, RunnerStart, ToRunner } from './channel.ts';
import { failedOutcome } from './failed-outcome.ts';
import type { FailedOutcome } from './failed-outcome.ts';
import type { Rejections } from './last-words.ts';
import { loadBundle } from './load-bundle.ts';
import { progressData } from './progress.ts';
import { RunnerFiles } from './runner-files.ts';
import { RunnerSecrets } from './runner-secrets.ts';
import { TaskScope } from './task-scope.ts';

type AttemptMessage = Extract<ToRunner, { type: 'attempt' }>;

/** Loads one bundle and runs attempts of its tasks. */
export class Runner implements Rejections, WorkerFacts {
  readonly live = new Set<Attempt>();
  readonly #start: RunnerStart;
  /** Also those that wait for the bundle. */
  readonly #known = new Set<Attempt>();
  readonly files: RunnerFiles;
  readonly #secrets = new RunnerSecrets();
  readonly #context: AsyncLocalStorage<TaskScope>;
  readonly #send: (message: FromRunner) => void;
  /** Which attempt an error was made for. */
  readonly #owners = new WeakMap<object, Attempt>();
  readonly #loaded: Promise<FailedOutcome | undefined>;
  #setLoaded!: (failed: FailedOutcome | undefined) => void;
  /** Code of an attempt that has ended still runs. */
  #haunted = false;

  constructor(start: RunnerStart, context: AsyncLocalStorage<TaskScope>, send: (message: FromRunner) => void) {
    this.#start = start;
    this.files = new RunnerFiles(start.drafts, send);
    this.#context = context;
    this.#send = send;
    this.#loaded = new Promise((resolve) => (this.#setLoaded = resolve));
  }

  get environment(): string {
    return this.#start.environment;
  }

  receive(message: ToRunner): void {
    switch (message.type) {
      case 'load':
        this.#secrets.take(message.secrets ?? []);
        void this.#load(message.digest, message.entry);
        break;
      case 'attempt':
        void this.#attempt(message);
        break;
      case 'cancel':
        this.#find(message)?.cancel(message.reason);
        break;
      case 'call.outcome':
        this.#find(message)?.calls.settle(message.call, message.outcome);
        break;
      case 'file.got':
      case 'file.put.done':
        this.files.answer(message);
        break;
    }
  }

  /** What a call of a task does in this process: `ambit.call/1`. */
  readonly call: CallTask = async (task, args, options) => {
    const place: { stack?: string } = {};
    Error.captureStackTrace(place, this.call);
    let scope: TaskScope | undefined;
    try {
      scope = this.#scopeOf(task.id);
      return await scope.attempt.call(task.id, args, scope, options);
    } catch (thrown) {
      const error = thrown as Error;
      if (scope) this.#owners.set(error, scope.attempt);
      // Where the user's code called says more than where ours noticed.
      setHidden(error, 'stack', `${error.name}: ${error.message}${frames(place.stack)}`);
      throw error;
    }
  };

  /** Where no attempt is known, calls are refused one by one. */
  openScope(options: ScopeOptions): CallScope {
    const scope = this.#context.getStore() ?? this.#onlyScope();
    return scope?.open(options) ?? { run: (fn) => fn(), cancel: () => undefined };
  }

  async step<R>(name: string, fn: () => R | PromiseLike<R>): Promise<R> {
    // While a module is loaded there is no task for it to be a step of.
    if (this.#context.getStore() === undefined && this.live.size === 0) return fn();
    return this.#scopeOf(`The step "${name}"`).attempt.step(name, fn);
  }

  context(): TaskContext | undefined {
    const attempt = (this.#context.getStore() ?? this.#onlyScope())?.attempt;
    if (!attempt) return undefined;
    const { run, gpus } = this.#start;
    return {
      run,
      action: attempt.action,
      attempt: attempt.attempt,
      signal: attempt.signal,
      gpus: gpus.map(({ id: uuid, model }) => ({ uuid, model })),
      progress: (done, total, note) => attempt.progress.tell(progressData(done, total, note)),
    };
  }

  rejected(reason: unknown, promise: Promise<unknown>): boolean {
    const owner = typeof reason === 'object' && reason !== null ? this.#owners.get(reason) : undefined;
    if (!owner) return false;
    if (owner.open) owner.childFailed(promise, reason);
    // Nobody else will say it.
    else if (AmbitError.is(reason) && reason.code === 'AMBIT_TASK_FINISHED') console.error(`${reason.message} ${reason.hint}`);
    return true;
  }

  handled(promise: Promise<unknown>): void {
    for (const attempt of this.live) attempt.childFailureHandled(promise);
  }

  async #load(digest: string, entry: string): Promise<void> {
    const failed = await loadBundle(entry, this.environment);
    const why = failed && { failure: failed.failure, code: failed.code, ...(failed.error ? { error: failed.error } : {}) };
    this.#send({ type: 'loaded', digest, tasks: [...definedTasks().keys()], ...why });
    this.#setLoaded(failed);
  }

  async #attempt(message: AttemptMessage): Promise<void> {
    const { action, attempt: number } = message;
    const attempt = new Attempt(message, this.#send, this.#secrets);
    this.#known.add(attempt);
    const notLoaded = await this.#loaded;
    this.live.add(attempt);
    const outcome = notLoaded ?? (await this.#run(attempt, message));
    this.live.delete(attempt);
    this.#known.delete(attempt);
    this.#send({ type: 'ended', action, attempt: number, outcome, tainted: attempt.abandoned || this.#haunted });
  }

  async #run(attempt: Attempt, message: AttemptMessage): Promise<AttemptOutcome> {
    let task: DefinedTask;
    let args: readonly unknown[];
    try {
      task = this.#taskOf(message.task);
      enter(message.directory);
      this.files.scratch = message.scratch;
      Object.assign(process.env, message.variables);
      args = decodeArgs(await whole(message.args));
    } catch (error) {
      return notRun(error);
    }
    return this.#scopeAround(attempt).run(() => attempt.run(task, args));
  }

  #taskOf(task: string): DefinedTask {
    const defined = definedTasks().get(task);
    if (defined) return defined;
    throw new AmbitError('AMBIT_TASK_NOT_IN_BUNDLE', `The code of environment ${this.environment} does not define the task ${task}.`, {
      hint: 'Define tasks at the top level of a module, where they are defined whenever it is loaded.',
      facts: { task, environment: this.environment, tasks: [...definedTasks().keys()] },
    });
  }

  #find({ action, attempt }: { readonly action: string; readonly attempt: number }): Attempt | undefined {
    for (const known of this.#known) if (known.action === action && known.attempt === attempt) return known;
    return undefined;
  }

  /** The scope that the code which calls just now belongs to. `what` it calls is for messages. */
  #scopeOf(what: string): TaskScope {
    const scope = this.#context.getStore() ?? this.#onlyScope();
    if (scope?.attempt.open) return scope;
    if (scope) throw this.#late(what, scope);
    throw contextLost(what, this.live.size);
  }

  /** Where the context was lost: that of the one attempt that there is. */
  #onlyScope(): TaskScope | undefined {
    const [only, ...others] = this.live;
    return only && others.length === 0 ? this.#scopeAround(only) : undefined;
  }

  #scopeAround(attempt: Attempt): TaskScope {
    return new TaskScope(attempt, this.#context);
  }

  #late(what: string, { attempt, cancelled }: TaskScope): AmbitError {
    this.#haunted = true;
    const error = cancelled === undefined ? finished(what, attempt) : cancelledError(what, cancelled);
    this.#owners.set(error, attempt);
    return error;
  }
}

function finished(task: string, attempt: Attempt): AmbitError {
  return new AmbitError('AMBIT_TASK_FINISHED', `${task} was called by ${attempt.task}, which had ended already.`, {
    hint: `Await in ${attempt.task} all that it starts.`,
    facts: { task, caller: attempt.task, action: attempt.action, attempt: attempt.attempt },
  });
}

function frames(stack = ''): string {
  const start = stack.indexOf('\n    at ');
  return start < 0 ? '' : stack.slice(start);
}

function enter(directory: string): void {
  try {
    process.chdir(directory);
  } catch (cause) {
    throw new AmbitError('AMBIT_TASK_DIRECTORY', `The task cannot work in ${directory}: ${(cause as Error).message}.`, {
      hint: 'See that the working directory of the image exists and may be entered.',
      facts: { directory },
      cause,
    });
  }
}

/** Before the task's own code ran. */
function notRun(error: unknown): FailedOutcome {
  const code = AmbitError.is(error) ? error.code : 'AMBIT_TASK_FAILED';
  return failedOutcome(code === 'AMBIT_TASK_NOT_IN_BUNDLE' ? 'configuration' : 'infrastructure', code, error);
}

function contextLost(task: string, live: number): AmbitError {
  const why = live === 0 ? 'no task runs just now' : `${live} tasks run just now, and it cannot be said which of them called`;
  return new AmbitError('AMBIT_TASK_CONTEXT_LOST', `${task} was called, but ${why}.`, {
    hint:
      live === 0
        ? 'Call tasks inside tasks, not while a module is loaded.'
        : 'Call it where the task itself runs, or keep the context with AsyncResource.bind(…) where a queue calls back.',
    facts: { task, live },
  });
}
