import type { EncodedValue } from '../protocol/messages.ts';
import type { DirectoryFacts } from '../runtime/directory.ts';
import type { FileFacts } from '../runtime/file.ts';
import { decodeGraph, malformed } from './decode-graph.ts';
import { encodeGraph } from './encode-graph.ts';
import { GRAPH_MARK } from './graph.ts';
import type { GraphNode, Slot } from './graph.ts';
import { plainText } from './plain-text.ts';
import { MAX_VALUE_LENGTH, valueTooLarge } from './value-refused.ts';
import { AmbitError } from '@ambit/plugin-api';

/**
 * A value as text, for wire and record. `at` is what it is called where it cannot travel: `result.items[3].callback is a
 * function`. Views on a buffer carry their own bytes only.
 */
export function encodeValue(value: unknown, at = 'value'): EncodedValue {
  return ofLength(plainText(value) ?? encodeGraph(value, { at }), at);
}

/**
 * The same where files and directories of this machine may be in it: they are stored on the way, and only then it takes a
 * promise.
 */
export function encodeStored(value: unknown, at: string): EncodedValue | Promise<EncodedValue> {
  const plain = plainText(value);
  const stores = new Map<object, () => Promise<FileFacts | DirectoryFacts>>();
  const text = plain ?? encodeGraph(value, { at, onUnstored: (each, store) => stores.set(each, store) });
  return stores.size === 0 ? ofLength(text, at) : storedText(value, at, stores);
}

async function storedText(
  value: unknown,
  at: string,
  stores: ReadonlyMap<object, () => Promise<FileFacts | DirectoryFacts>>,
): Promise<EncodedValue> {
  const stored = new Map<object, FileFacts | DirectoryFacts>();
  for (const [each, store] of stores) stored.set(each, await store());
  return ofLength(encodeGraph(value, { at, stored }), at);
}

function ofLength(text: string, at: string): EncodedValue {
  if (text.length > MAX_VALUE_LENGTH) throw valueTooLarge(at, text.length);
  return text;
}

/** All positional arguments of a call. */
export function encodeArgs(args: readonly unknown[]): EncodedValue {
  return encodeValue(args, 'args');
}

export function decodeValue(text: EncodedValue): unknown {
  try {
    if (!text.startsWith(GRAPH_MARK)) return JSON.parse(text);
    const [root, nodes] = JSON.parse(text.slice(GRAPH_MARK.length)) as [Slot, GraphNode[]];
    return decodeGraph(root, nodes);
  } catch (error) {
    throw AmbitError.is(error) ? error : malformed((error as Error).message, error);
  }
}

export function decodeArgs(text: EncodedValue): readonly unknown[] {
  const args = decodeValue(text);
  if (Array.isArray(args)) return args;
  throw malformed('arguments are an array, and this is none');
}
