import type { TaskPolicy } from './definition.ts';
import { checkOptions, checkText, optionError } from './option-check.ts';
import type { Owner } from './option-check.ts';
import { parseDuration } from './quantities.ts';
import type { Duration } from './quantities.ts';

export interface TaskOptions {
  readonly description?: string;
  /** How often a task that failed or ran out of time is tried again. */
  readonly retries?: number;
  /** How long one attempt may run. */
  readonly timeout?: Duration;
}

const wanted = {
  description: { expected: 'text', example: `description: 'Folds a sequence'` },
  retries: { expected: 'how often to try again: 0, 1, 2, …', example: 'retries: 2' },
  timeout: { expected: `a length of time above 0: milliseconds, or text like '30s', '5m' or '1h'`, example: `timeout: '5m'` },
};

function checkRetries(owner: Owner, value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw optionError(owner, 'retries', wanted.retries, value);
}

function checkTimeout(owner: Owner, value: unknown): number {
  const timeoutMs = parseDuration(value);
  if (timeoutMs === undefined) throw optionError(owner, 'timeout', wanted.timeout, value);
  return timeoutMs;
}

export function parseTaskOptions(owner: Owner, value: unknown): { readonly description?: string; readonly policy: TaskPolicy } {
  const { description, retries, timeout } = checkOptions(owner, 'options', value, Object.keys(wanted));
  const policy = Object.freeze({
    retries: retries === undefined ? 0 : checkRetries(owner, retries),
    ...(timeout !== undefined && { timeoutMs: checkTimeout(owner, timeout) }),
  });
  return { ...(description !== undefined && { description: checkText(owner, 'description', description, wanted.description) }), policy };
}
