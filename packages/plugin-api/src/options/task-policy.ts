import type { FailureClass } from '../errors.ts';

/** How long to wait before the n-th retry: `baseMs * factor ** (n - 1)`, never more than `maxMs`. */
export interface Backoff {
  readonly baseMs: number;
  readonly factor: number;
  readonly maxMs?: number;
}

/** When a task that failed is tried again. Infrastructure has a budget of its own. */
export interface RetryPolicy {
  /** How often at most. */
  readonly retries: number;
  /** Absent: at once. */
  readonly backoff?: Backoff;
  /** The failures that count. Absent: user failures and timeouts. */
  readonly retryOn?: readonly FailureClass[];
  /** Failures for want of memory count too, and each retry after one gets this much more memory. */
  readonly growMemory?: number;
}

/** Limits in milliseconds. What is absent has none. */
export interface TimeoutPolicy {
  /** How long one attempt may run. */
  readonly timeoutMs?: number;
  /** How long an attempt may wait to be run. */
  readonly queuedMs?: number;
  /** How long all of it may take, from the call to the end of the last attempt. */
  readonly deadlineMs?: number;
}

/** What only the engine reads of a task. */
export interface TaskPolicy extends RetryPolicy, TimeoutPolicy {}

/** How long to wait before a retry; `retry` counts from 1. */
export function retryDelayMs(backoff: Backoff | undefined, retry: number): number {
  if (backoff === undefined) return 0;
  const { baseMs, factor, maxMs = Number.MAX_SAFE_INTEGER } = backoff;
  return Math.min(Math.round(baseMs * factor ** (retry - 1)), maxMs);
}
