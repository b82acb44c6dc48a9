import { checkOptions, checkText, optionError } from '../options/option-check.ts';
import type { Owner } from '../options/option-check.ts';

export interface MapOptions {
  /** How many calls are open at a time, at most. Left out: 1,000. */
  readonly concurrency?: number;
  /** What people read of its calls. */
  readonly label?: string;
  /** What the first failure does. Left out: `cancel-others`. */
  readonly onError?: 'cancel-others' | 'finish-others';
}

export interface ParsedMapOptions {
  readonly concurrency: number;
  readonly label?: string;
  readonly finishOthers: boolean;
}

const usual = 1000;

const wanted = {
  concurrency: { expected: 'how many calls are open at a time: 1, 2, 3, …', example: 'task.map(items, { concurrency: 8 })' },
  label: { expected: 'text', example: `task.map(items, { label: 'chunks' })` },
  onError: { expected: `'cancel-others' or 'finish-others'`, example: `task.map(items, { onError: 'finish-others' })` },
};

export function parseMapOptions(owner: Owner, options: unknown): ParsedMapOptions {
  const { concurrency = usual, label, onError } = checkOptions(owner, 'options', options, ['concurrency', 'label', 'onError']);
  if (typeof concurrency !== 'number' || !Number.isSafeInteger(concurrency) || concurrency < 1)
    throw optionError(owner, 'concurrency', wanted.concurrency, concurrency);
  if (onError !== undefined && onError !== 'cancel-others' && onError !== 'finish-others')
    throw optionError(owner, 'onError', wanted.onError, onError);
  return {
    concurrency,
    ...(label !== undefined && { label: checkText(owner, 'label', label, wanted.label) }),
    finishOthers: onError === 'finish-others',
  };
}
