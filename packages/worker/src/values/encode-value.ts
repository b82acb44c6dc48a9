import type { EncodedValue } from '../protocol/messages.ts';
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
  const text = plainText(value) ?? encodeGraph(value, { at });
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
