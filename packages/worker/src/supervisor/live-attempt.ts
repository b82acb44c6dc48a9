import type { AttemptMessage, AttemptOutcome } from '../protocol/messages.ts';
import type { EngineEvent, WorkerSend } from '../protocol/worker-end.ts';
import type { FromRunner } from '../runner/channel.ts';
import { deathOutcome } from './death-outcome.ts';
import type { RunnerExit } from './death-outcome.ts';
import { longestTimer } from './longest-timer.ts';
import type { RunnerProcess } from './runner-process.ts';

export interface Ended {
  readonly outcome: AttemptOutcome;
  readonly tainted: boolean;
}

export interface LiveAttemptParts {
  readonly message: AttemptMessage;
  readonly process: RunnerProcess;
  readonly graceMs: number;
  readonly send: (message: WorkerSend) => void;
}

/** Where an attempt works. */
export interface AttemptWorld {
  readonly directory: string;
  readonly scratch: string;
  /** Where secrets lie that are files while it runs. */
  readonly variables: Readonly<Record<string, string>>;
}

type Call = Extract<WorkerSend, { type: 'call' }>;

/** What ends sooner is told to have begun along with its end. */
const startMs = 5;

/** One attempt while a runner is at it. */
export class LiveAttempt {
  readonly message: AttemptMessage;
  readonly process: RunnerProcess;
  /** Child calls without an outcome. */
  readonly calls = new Map<number, Call>();
  readonly startedAt = new Date().toISOString();
  readonly #parts: LiveAttemptParts;
  readonly #timers: NodeJS.Timeout[] = [];
  #isStartUntold = false;
  #cancelled: string | undefined;
  readonly #settled: Promise<Ended>;
  #settle!: (ended: Ended) => void;

  constructor(parts: LiveAttemptParts) {
    this.#settled = new Promise((resolve) => (this.#settle = resolve));
    this.#parts = parts;
    this.message = parts.message;
    this.process = parts.process;
  }

  /** Resolves when its outcome is known, and all that it wrote before has been read. */
  async run({ directory, scratch, variables }: AttemptWorld): Promise<Ended> {
    const { action, attempt, task, args, timeoutMs } = this.message;
    if (this.#cancelled === undefined) {
      this.process.send({ type: 'attempt', action, attempt, task, args, directory, scratch, variables });
      // The runner has loaded its bundle, and does nothing else.
      this.#isStartUntold = true;
      this.#after(startMs, () => this.tellStart());
      if (timeoutMs !== undefined) this.#after(timeoutMs, () => void this.process.kill({ kind: 'timeout', timeoutMs }));
    } else this.#settle({ outcome: { status: 'cancelled', reason: this.#cancelled }, tainted: false });
    const { outcome, tainted } = await this.#settled;
    for (const timer of this.#timers) clearTimeout(timer);
    if (!this.process.hasExited) await this.process.drained();
    return { outcome: this.#unlessCancelled(outcome), tainted };
  }

  /** The task is asked to end; what does not end within the grace is killed. */
  cancel(reason: string): void {
    if (this.#cancelled !== undefined) return;
    this.#cancelled = reason;
    const { action, attempt } = this.message;
    this.process.send({ type: 'cancel', action, attempt, reason });
    this.#after(this.#parts.graceMs, () => void this.process.kill({ kind: 'cancelled' }));
  }

  answer(message: Extract<EngineEvent, { type: 'call.outcome' }>): void {
    const { action, attempt, call, outcome } = message;
    if (this.calls.delete(call)) this.process.send({ type: 'call.outcome', action, attempt, call, outcome });
  }

  /** If it has begun, and that was not told yet. */
  tellStart(): void {
    if (this.#isStartUntold) this.tellStarted();
  }

  tellStarted(): void {
    this.#isStartUntold = false;
    const { action, attempt } = this.message;
    this.#parts.send({ type: 'attempt.started', action, attempt, at: this.startedAt });
  }

  receive(message: FromRunner): void {
    switch (message.type) {
      case 'ended':
        return this.#settle({ outcome: message.outcome, tainted: message.tainted });
      case 'call':
        this.calls.set(message.call, message);
        return this.#tell(message);
      case 'call.cancel':
        this.calls.delete(message.call);
        return this.#tell(message);
      case 'step':
      case 'progress':
        return this.#tell(message);
      default:
        return;
    }
  }

  died(exit: RunnerExit): void {
    this.#settle({ outcome: deathOutcome(exit, `task ${this.message.task}`), tainted: true });
  }

  #tell(message: WorkerSend): void {
    this.tellStart();
    this.#parts.send(message);
  }

  #after(milliseconds: number, act: () => void): void {
    this.#timers.push(setTimeout(act, Math.min(milliseconds, longestTimer)));
  }

  /** Whatever a task does when it is told to end, it was cancelled, unless it had a result. */
  #unlessCancelled(outcome: AttemptOutcome): AttemptOutcome {
    return this.#cancelled !== undefined && outcome.status === 'failed' ? { status: 'cancelled', reason: this.#cancelled } : outcome;
  }
}
