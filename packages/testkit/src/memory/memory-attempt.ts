import { AmbitError } from '@ambit/plugin-api';
import type { CallOptions, Clock, Digest, WorkerRequest } from '@ambit/plugin-api';
import { decodeArgs, encodeError, encodeValue } from '@ambit/worker/values';
import type { AttemptMessage, AttemptOutcome, AttemptReport, ChildOutcome, EngineSession, WorkerSend } from '@ambit/worker/protocol';
import { MemoryCalls, cancelledError } from './memory-calls.ts';
import { MemoryLog } from './memory-log.ts';
import type { MemoryTask, MemoryTaskContext } from './memory-task.ts';

export interface MemoryAttemptParts {
  readonly tasks: Readonly<Record<string, MemoryTask>>;
  readonly clock: Clock;
  readonly request: WorkerRequest;
  readonly say: (message: WorkerSend) => void;
  /** The connection to the engine, once there is one. */
  readonly session: () => Promise<EngineSession>;
}

interface Ending {
  readonly outcome: AttemptOutcome;
  /** The function may still run. */
  readonly tainted: boolean;
}

type Failed = Extract<AttemptOutcome, { status: 'failed' }>;

/** One attempt of one task, as a function of this process. */
export class MemoryAttempt {
  /** How it ended, once it has. */
  report: AttemptReport | undefined;
  readonly #message: AttemptMessage;
  readonly #parts: MemoryAttemptParts;
  readonly #calls: MemoryCalls;
  readonly #log: MemoryLog;
  readonly #startedAt: string;
  readonly #stop = new AbortController();
  readonly #over = new AbortController();
  #cancelled: string | undefined;
  #force: (ending: Ending) => void = () => undefined;

  constructor(message: AttemptMessage, parts: MemoryAttemptParts) {
    const { action, attempt } = message;
    this.#message = message;
    this.#parts = parts;
    this.#calls = new MemoryCalls({ action, attempt }, parts.say);
    this.#log = new MemoryLog({ action, attempt }, parts.say);
    this.#startedAt = parts.clock.now().toISOString();
  }

  get running(): { readonly action: string; readonly attempt: number; readonly calls: readonly number[] } {
    const { action, attempt } = this.#message;
    return { action, attempt, calls: this.#calls.open };
  }

  async run(): Promise<void> {
    const forced = new Promise<Ending>((resolve) => (this.#force = resolve));
    this.tellState();
    const { timeoutMs } = this.#message;
    if (timeoutMs !== undefined) void this.#after(timeoutMs, () => this.#endBy(timedOut(this.#message.task, timeoutMs)));
    const { outcome, tainted } = await Promise.race([forced, this.#ending()]);
    this.#over.abort();
    const { action, attempt } = this.#message;
    const endedAt = this.#parts.clock.now().toISOString();
    this.report = { action, attempt, outcome, startedAt: this.#startedAt, endedAt, tainted };
    this.tellState();
  }

  /** Answers a request that came again. */
  tellState(): void {
    const { action, attempt } = this.#message;
    if (this.report) this.#parts.say({ type: 'attempt.ended', report: this.report });
    else this.#parts.say({ type: 'attempt.started', action, attempt, at: this.#startedAt });
  }

  /** To an engine that may have missed it: logs, and open calls. How it ended is in the worker's state. */
  tellAgain(): void {
    this.#log.tellAgain();
    this.#calls.tellAgain();
  }

  cancel(reason: string): void {
    if (this.report || this.#cancelled !== undefined) return;
    this.#cancelled = reason;
    this.#stopTask(reason);
    void this.#after(this.#parts.request.graceMs, () => this.#force({ outcome: { status: 'cancelled', reason }, tainted: true }));
  }

  settle(call: number, outcome: ChildOutcome): void {
    this.#calls.settle(call, outcome);
  }

  forgetLog(stored: { readonly stdout: number; readonly stderr: number }): void {
    this.#log.forget(stored);
  }

  /** Its worker is gone, and tells nothing any more. */
  abandon(reason: string): void {
    this.#over.abort();
    this.#stop.abort(cancelledError(this.#message.task, reason));
  }

  async #ending(): Promise<Ending> {
    const outcome = await this.#outcome();
    if (outcome.status === 'failed') this.#calls.cancelAll(`${this.#message.task}, which called it, has failed`);
    return { outcome: this.#cancelled === undefined ? outcome : { status: 'cancelled', reason: this.#cancelled }, tainted: false };
  }

  async #outcome(): Promise<AttemptOutcome> {
    const { task, args } = this.#message;
    const fn = Object.hasOwn(this.#parts.tasks, task) ? this.#parts.tasks[task] : undefined;
    if (!fn) return unknownTask(task);
    let result: unknown;
    try {
      result = await fn(this.#context(), ...(decodeArgs(args) as never[]));
      await this.#calls.ended();
    } catch (thrown) {
      return failed('AMBIT_TASK_FAILED', thrown);
    }
    try {
      return { status: 'succeeded', value: encodeValue(result, 'result') };
    } catch (refusal) {
      return failed(AmbitError.is(refusal) ? refusal.code : 'AMBIT_VALUE_REFUSED', refusal);
    }
  }

  #context(): MemoryTaskContext {
    const { action, attempt } = this.#message;
    const { clock, request, say, session } = this.#parts;
    return {
      action,
      attempt,
      env: request.env,
      ...(request.workdir === undefined ? {} : { workdir: request.workdir }),
      signal: this.#stop.signal,
      call: (child, ...args) => this.#call(child, args),
      callWith: (options, child, ...args) => this.#call(child, args, options),
      log: (text, stream = 'stdout') => this.#log.write(text, stream, clock.now()),
      step: (step, name, value) => say({ type: 'step', action, attempt, step, name, value: encodeValue(value) }),
      progress: (data) => say({ type: 'progress', action, attempt, data }),
      put: async (data) => (await (await session()).putObject(once(data))).digest,
      get: async (digest) => read(await session(), digest),
    };
  }

  #call(child: string, args: readonly unknown[], options?: CallOptions): Promise<unknown> {
    if (this.#cancelled !== undefined) return Promise.reject(cancelledError(child, this.#cancelled));
    if (this.report) return Promise.reject(finished(child, this.#message.task));
    return this.#calls.start(child, args, options);
  }

  #endBy(outcome: Failed): void {
    this.#stopTask(outcome.message);
    this.#force({ outcome, tainted: true });
  }

  #stopTask(reason: string): void {
    this.#stop.abort(cancelledError(this.#message.task, reason));
    this.#calls.cancelAll(reason);
  }

  async #after(milliseconds: number, act: () => void): Promise<void> {
    if (milliseconds > 0) await this.#parts.clock.sleep(milliseconds, this.#over.signal).catch(() => undefined);
    if (!this.#over.signal.aborted) act();
  }
}

function failed(code: `AMBIT_${string}`, thrown: unknown): Failed {
  const error = encodeError(thrown);
  const message = error.value !== undefined ? error.message : error.message ? `${error.name}: ${error.message}` : error.name;
  const isNonRetryable = (thrown as Record<symbol, unknown> | null | undefined)?.[Symbol.for('ambit.non-retryable/1')] === true;
  return { status: 'failed', failure: 'user', code, message, error, retryable: !isNonRetryable };
}

function unknownTask(task: string): Failed {
  const message = `This worker has no task ${task}.`;
  return { status: 'failed', failure: 'configuration', code: 'AMBIT_TASK_UNKNOWN', message, retryable: false };
}

function timedOut(task: string, timeoutMs: number): Failed {
  const message = `The task ${task} took longer than its timeout of ${timeoutMs} ms and was ended.`;
  return { status: 'failed', failure: 'resources', code: 'AMBIT_TASK_TIMEOUT', message, retryable: true };
}

function finished(child: string, task: string): AmbitError {
  return new AmbitError('AMBIT_TASK_FINISHED', `${child} was called by ${task}, which had ended already.`, {
    hint: 'Await every call before the task returns.',
    facts: { task: child, caller: task },
  });
}

async function* once(data: Uint8Array): AsyncGenerator<Uint8Array> {
  yield data;
}

async function read(session: EngineSession, digest: Digest): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of session.getObject(digest, {})) chunks.push(chunk);
  return Buffer.concat(chunks);
}
