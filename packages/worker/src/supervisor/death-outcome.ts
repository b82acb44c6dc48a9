import type { FailureClass } from '@ambit/plugin-api';
import type { AttemptOutcome } from '../protocol/messages.ts';
import type { FromRunner } from '../runner/channel.ts';

export type Failed = Extract<AttemptOutcome, { status: 'failed' }>;

/** Why the supervisor killed a runner. */
export type KillReason =
  | { readonly kind: 'timeout'; readonly timeoutMs: number }
  | { readonly kind: 'memory'; readonly limit: number; readonly peak: number }
  /** The kernel ended a process of it, as its container had no memory left. */
  | { readonly kind: 'container-memory' }
  | { readonly kind: 'channel'; readonly why: string }
  /** It has no attempt, or its attempt's outcome is known. */
  | { readonly kind: 'retired' }
  | { readonly kind: 'cancelled' };

/** All that is known of how a runner ended. */
export interface RunnerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it said before. */
  readonly dying?: Extract<FromRunner, { type: 'dying' }>;
  readonly killed?: KillReason;
  /** The kernel ended it, as its container had no memory left. */
  readonly outOfMemory?: boolean;
  /** It could not even be started. */
  readonly startError?: string;
  /** Whether it ever spoke. */
  readonly spoke: boolean;
  /** The last it wrote to stderr. */
  readonly lastErrors: string;
}

const crashes: readonly (NodeJS.Signals | null)[] = ['SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGABRT', 'SIGTRAP', 'SIGSYS'];

/** What a runner's end means for what it was at: `what` is "task a.b", say. */
export function deathOutcome(exit: RunnerExit, what: string): Failed {
  const killed = exit.killed && killedOutcome(exit.killed, what);
  if (killed) return killed;
  if (exit.outOfMemory) return outOfContainerMemory(what);
  if (exit.startError !== undefined || (!exit.spoke && !exit.signal)) return notStarted(exit, what);
  const { dying } = exit;
  if (dying) return { ...failed('user', dying.code, dying.message), ...(dying.error ? { error: dying.error } : {}) };
  if (crashes.includes(exit.signal)) return crashOutcome(exit, what);
  if (exit.signal) {
    const message = `The process of the ${what} was ended from outside with ${exit.signal}.`;
    return failed('infrastructure', 'AMBIT_RUNNER_KILLED', message);
  }
  const message = `The ${what} ended its process with exit code ${exit.code}. Let it return or throw instead.`;
  return failed('user', 'AMBIT_TASK_EXITED', message);
}

function outOfContainerMemory(what: string): Failed {
  return failed('resources', 'AMBIT_TASK_OUT_OF_MEMORY', `The ${what} used up the memory of its container, and was ended.`);
}

function killedOutcome(killed: KillReason, what: string): Failed | undefined {
  switch (killed.kind) {
    case 'timeout':
      return failed('resources', 'AMBIT_TASK_TIMEOUT', `The ${what} took longer than its timeout of ${killed.timeoutMs} ms and was ended.`);
    case 'container-memory':
      return outOfContainerMemory(what);
    case 'memory': {
      const message = `The ${what} used ${mebibytes(killed.peak)} of memory; its limit is ${mebibytes(killed.limit)}. It was ended.`;
      return failed('resources', 'AMBIT_TASK_OUT_OF_MEMORY', message);
    }
    case 'channel': {
      const message = `The ${what} wrote to descriptor 3 of its process, which belongs to Ambit: ${killed.why}.`;
      return failed('user', 'AMBIT_TASK_CRASHED', message);
    }
    case 'retired':
    case 'cancelled':
      return undefined;
  }
}

function crashOutcome({ signal, lastErrors }: RunnerExit, what: string): Failed {
  const outOfMemory = /FATAL ERROR: .*(?:out of memory|OOM)/.exec(lastErrors);
  if (outOfMemory) {
    const message = `The ${what} used up the memory of its JavaScript heap: ${outOfMemory[0].slice('FATAL ERROR: '.length)}.`;
    return failed('resources', 'AMBIT_TASK_OUT_OF_MEMORY', message);
  }
  return failed('user', 'AMBIT_TASK_CRASHED', `The process of the ${what} crashed with ${signal}.`);
}

function notStarted({ startError, code, lastErrors }: RunnerExit, what: string): Failed {
  const why = startError ?? `it ended at once with exit code ${code}`;
  const said = lastErrors.trim();
  const message = `No process could be started for the ${what}: ${why}${said ? `. It said: ${said.slice(-2000)}` : '.'}`;
  return failed('infrastructure', 'AMBIT_RUNNER_NOT_STARTED', message);
}

export function failed(failure: FailureClass, code: `AMBIT_${string}`, message: string): Failed {
  return { status: 'failed', failure, code, message, retryable: failure !== 'configuration' };
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}
