import { checkOptionNames, checkText, isPlainObject, optionError } from '@ambit/plugin-api';
import type { RunOptions } from './app.ts';

const owner = { title: 'app.with', facts: {} };
const wanted = {
  name: { expected: 'a name', example: `app.with({ name: 'nightly-1' })` },
  tags: { expected: 'an object of texts', example: `app.with({ tags: { dataset: 'small' } })` },
  signal: { expected: 'an AbortSignal', example: 'app.with({ signal: AbortSignal.timeout(60_000) })' },
};

/** An option that nobody knows is an error: ignored, it would be a lie. */
export function checkRunOptions(options: RunOptions): RunOptions {
  checkOptionNames(owner, options, ['name', 'tags', 'signal']);
  const { name, tags, signal } = options;
  if (name !== undefined) checkText(owner, 'name', name, wanted.name);
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw optionError(owner, 'signal', wanted.signal, signal);
  if (tags !== undefined && !(isPlainObject(tags) && Object.values(tags).every((value) => typeof value === 'string')))
    throw optionError(owner, 'tags', wanted.tags, tags);
  return options;
}
