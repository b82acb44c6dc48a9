import type { Digest } from '@ambit/plugin-api';
import type { EncodedValue } from '../protocol/messages.ts';
import { encodeGraph } from './encode-graph.ts';
import { decodeValue } from './encode-value.ts';

/**
 * The identity of inputs: sha256 over their content. The order of an object's keys does not count, a file counts by its
 * content, an error without its stack.
 */
export function inputDigest(encodedArgs: EncodedValue): Digest {
  const { createHash } = process.getBuiltinModule('node:crypto');
  const content = encodeGraph(decodeValue(encodedArgs), { at: 'args', canonical: true });
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
