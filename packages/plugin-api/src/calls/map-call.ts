import type { Outcome } from '../errors.ts';
import { optionError } from '../options/option-check.ts';
import type { Owner } from '../options/option-check.ts';
import { parseMapOptions } from './map-options.ts';
import type { MapOptions } from './map-options.ts';
import { Mapping } from './mapping.ts';

/** What can be mapped: it is asked for an item when there is room for one. No text, which is rarely meant letter by letter. */
export type Many<T> = readonly T[] | (Iterable<T> & object) | AsyncIterable<T>;

/**
 * Calls of a function, one for each item, of which a limited number is open at a time. They begin at once, and go on whether
 * anybody waits or not.
 *
 * - `await` it: the results, in the order of the items.
 * - `for await`: the same results one by one, as soon as all before them are there. Whoever is slow to take them slows the
 *   calls down, and none is kept once it was taken: memory stays bounded. Leaving the loop ends the open calls.
 * - `settled()`: how each call ended.
 *
 * The first failure stops asking for items and ends the open calls (`onError: 'cancel-others'`); `await` and the loop reject
 * with it at once. With `finish-others` every call is made; then they reject with the failure of the first item that has one, and
 * the loop has given all results that there are.
 */
export interface MapCall<R> extends PromiseLike<R[]>, AsyncIterable<R> {
  /**
   * How each call ended, by item, once all have. Those that the first failure ended are `cancelled`; items of a list that were
   * not begun for it are `skipped`, those of another source were never asked for, and are not in it.
   */
  settled(): Promise<Outcome<R>[]>;
}

const wanted = {
  items: { expected: 'a list, or another iterable that is no text', example: 'task.map([1, 2, 3])' },
  call: { expected: 'a function of an item', example: 'map(items, (item) => task(item))' },
};

/** Calls `call` for each item. `owner` is who was asked to, for messages. */
export function mapCall<T, R>(
  owner: Owner,
  items: Many<T>,
  call: (item: T, index: number) => R | PromiseLike<R>,
  options?: MapOptions,
): MapCall<R> {
  if (typeof call !== 'function') throw optionError(owner, 'the function', wanted.call, call);
  const parsed = parseMapOptions(owner, options);
  const source = iteratorOf(items);
  if (source === undefined) throw optionError(owner, 'items', wanted.items, items);
  return new Mapping(source, call, { ...parsed, ...(Array.isArray(items) && { total: items.length }) });
}

function iteratorOf<T>(items: Many<T>): Iterator<T> | AsyncIterator<T> | undefined {
  if (typeof items !== 'object' || items === null) return undefined;
  if (Symbol.asyncIterator in items) return items[Symbol.asyncIterator]();
  return Symbol.iterator in items ? items[Symbol.iterator]() : undefined;
}
