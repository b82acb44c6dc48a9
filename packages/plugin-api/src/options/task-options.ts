import type { FailureClass } from '../errors.ts';
import { checkOptionNames, isPlainObject, optionError } from './option-check.ts';
import type { Owner } from './option-check.ts';
import { parseDuration } from './quantities.ts';
import type { Duration } from './quantities.ts';
import type { Backoff, RetryPolicy, TimeoutPolicy } from './task-policy.ts';

export interface RetryOptions {
  readonly count: number;
  /** The wait before a retry: `base`, then `factor` times the one before, at most `max`. `factor` is 1 where it is left out, 2 where there is a `max`. */
  readonly backoff?: { readonly base: Duration; readonly factor?: number; readonly max?: Duration };
  /** The failures that count: `['user', 'resources']`. Left out: user failures and timeouts. */
  readonly on?: readonly FailureClass[];
  /** Tries again where memory ran out, each time with this much more: `growMemory: 2`. */
  readonly growMemory?: number;
}

export interface TimeoutOptions {
  /** Of one attempt, while it runs. */
  readonly run?: Duration;
  /** Of the wait for a place to run. */
  readonly queued?: Duration;
  /** Of everything, from the call on, retries included. */
  readonly deadline?: Duration;
}

export interface TaskOptions {
  readonly description?: string;
  /** How often a task that failed or ran out of time is tried again. */
  readonly retries?: number | RetryOptions;
  /** How long one attempt may run; or that, and what else may take how long. */
  readonly timeout?: Duration | TimeoutOptions;
}

export const taskOptions = ['description', 'retries', 'timeout'] as const;

const failureClasses: readonly unknown[] = ['user', 'resources', 'infrastructure', 'configuration'] satisfies readonly FailureClass[];

const wanted = {
  retries: { expected: 'how often to try again, or an object with count, backoff, on, growMemory', example: 'retries: 2' },
  count: { expected: 'how often to try again: 0, 1, 2, …', example: 'retries: { count: 2 }' },
  backoff: { expected: 'an object with base, factor, max', example: `backoff: { base: '10s', factor: 2, max: '5m' }` },
  delay: { expected: `a length of time: milliseconds, or text like '10s'`, example: `backoff: { base: '10s', factor: 2, max: '5m' }` },
  factor: { expected: 'a finite number of at least 1', example: `backoff: { base: '10s', factor: 2, max: '5m' }` },
  max: { expected: 'a length of time, which a factor above 1 needs', example: `backoff: { base: '10s', factor: 2, max: '5m' }` },
  on: { expected: `a list of 'user', 'resources', 'infrastructure', 'configuration'`, example: `on: ['user', 'resources']` },
  growMemory: { expected: 'a finite number above 1', example: 'growMemory: 2' },
  timeout: {
    expected: `a length of time above 0 (milliseconds, or text like '30s', '5m' or '1h'), or an object with run, queued, deadline`,
    example: `timeout: '5m' or timeout: { run: '5m', deadline: '1h' }`,
  },
};

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

export function parseRetries(owner: Owner, value: unknown): RetryPolicy {
  if (isCount(value)) return Object.freeze({ retries: value });
  if (!isPlainObject(value)) throw optionError(owner, 'retries', wanted.retries, value);
  checkOptionNames(owner, value, ['count', 'backoff', 'on', 'growMemory'], 'retries.');
  const { count, backoff, on, growMemory } = value;
  if (!isCount(count)) throw optionError(owner, 'retries.count', wanted.count, count);
  return Object.freeze({
    retries: count,
    ...(backoff !== undefined && { backoff: parseBackoff(owner, backoff) }),
    ...(on !== undefined && { retryOn: parseClasses(owner, on) }),
    ...(growMemory !== undefined && {
      growMemory: parseFactor(owner, 'retries.growMemory', growMemory, wanted.growMemory, growMemory !== 1),
    }),
  });
}

function parseBackoff(owner: Owner, value: unknown): Backoff {
  if (!isPlainObject(value)) throw optionError(owner, 'retries.backoff', wanted.backoff, value);
  checkOptionNames(owner, value, ['base', 'factor', 'max'], 'retries.backoff.');
  const { base, max } = value;
  const factor = parseFactor(owner, 'retries.backoff.factor', value['factor'] ?? (max === undefined ? 1 : 2), wanted.factor);
  const baseMs = base === 0 ? 0 : parseDuration(base);
  if (baseMs === undefined) throw optionError(owner, 'retries.backoff.base', wanted.delay, base);
  const maxMs = max === undefined && factor === 1 ? undefined : parseDuration(max);
  if (maxMs === undefined && (max !== undefined || factor > 1)) throw optionError(owner, 'retries.backoff.max', wanted.max, max);
  return Object.freeze({ baseMs, factor, ...(maxMs !== undefined && { maxMs }) });
}

function parseFactor(owner: Owner, option: string, value: unknown, expected: typeof wanted.factor, holds = true): number {
  if (holds && typeof value === 'number' && Number.isFinite(value) && value >= 1) return value;
  throw optionError(owner, option, expected, value);
}

function parseClasses(owner: Owner, value: unknown): readonly FailureClass[] {
  if (!Array.isArray(value) || value.length === 0) throw optionError(owner, 'retries.on', wanted.on, value);
  const wrong = value.findIndex((each) => !failureClasses.includes(each));
  if (wrong >= 0) throw optionError(owner, `retries.on[${wrong}]`, { ...wanted.on, expected: failureClasses.join(', ') }, value[wrong]);
  return Object.freeze([...(value as FailureClass[])]);
}

export function parseTimeout(owner: Owner, value: unknown): TimeoutPolicy {
  if (!isPlainObject(value)) return Object.freeze({ timeoutMs: parseLimit(owner, 'timeout', value) });
  checkOptionNames(owner, value, ['run', 'queued', 'deadline'], 'timeout.');
  const { run, queued, deadline } = value;
  return Object.freeze({
    ...(run !== undefined && { timeoutMs: parseLimit(owner, 'timeout.run', run) }),
    ...(queued !== undefined && { queuedMs: parseLimit(owner, 'timeout.queued', queued) }),
    ...(deadline !== undefined && { deadlineMs: parseLimit(owner, 'timeout.deadline', deadline) }),
  });
}

function parseLimit(owner: Owner, option: string, value: unknown): number {
  const milliseconds = parseDuration(value);
  if (milliseconds === undefined) throw optionError(owner, option, wanted.timeout, value);
  return milliseconds;
}
