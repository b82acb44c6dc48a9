import { mapCall } from '@ambit/plugin-api';
import type { Many, MapCall, MapOptions } from '@ambit/plugin-api';

const owner = { title: 'map', facts: { call: 'map' } };

/** Calls `fn` for each item, a limited number at a time: for tasks of several parameters, or several tasks for each item. */
export function map<T, R>(items: Many<T>, fn: (item: T, index: number) => R | PromiseLike<R>, options?: MapOptions): MapCall<R> {
  return mapCall(owner, items, fn, options);
}
