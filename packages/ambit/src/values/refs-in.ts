import { types } from 'node:util';
import { Directory, File } from '@ambit/worker/runtime';

/** The files and directories in a value, each once, in the order in which they stand. */
export function refsIn(value: unknown): readonly (File | Directory)[] {
  const found: (File | Directory)[] = [];
  const seen = new Set<unknown>();
  const waiting = [value];
  while (waiting.length > 0) {
    const each = waiting.pop();
    if (typeof each !== 'object' || each === null || seen.has(each)) continue;
    seen.add(each);
    if (each instanceof File || each instanceof Directory) found.push(each);
    else waiting.push(...partsOf(each).reverse());
  }
  return found;
}

function partsOf(value: object): unknown[] {
  if (types.isMap(value)) return [...value].flat();
  if (types.isSet(value)) return [...value];
  if (ArrayBuffer.isView(value)) return [];
  return [...(Object.values(value) as unknown[]), ...(types.isNativeError(value) ? [value.cause] : [])];
}
