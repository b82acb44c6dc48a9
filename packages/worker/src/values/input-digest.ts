import type { Digest } from '@ambit/plugin-api';
import type { EncodedValue } from '../protocol/messages.ts';
import { encodeGraph } from './encode-graph.ts';
import { malformed } from './decode-graph.ts';
import { decodeValue } from './encode-value.ts';
import { LARGE_MARK } from './graph.ts';
import type { LargeValue } from './graph.ts';

/**
 * The identity of inputs: sha256 over their content. The order of an object's keys does not count, a file counts by its
 * content, an error without its stack.
 */
export function inputDigest(encodedArgs: EncodedValue): Digest {
  if (encodedArgs.startsWith(LARGE_MARK)) return inputOf(encodedArgs);
  const { createHash } = process.getBuiltinModule('node:crypto');
  const content = encodeGraph(decodeValue(encodedArgs), { at: 'args', canonical: true });
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/** Told by who had the content. */
function inputOf(large: EncodedValue): Digest {
  const { input } = JSON.parse(large.slice(LARGE_MARK.length)) as LargeValue;
  if (input !== undefined) return input;
  throw malformed('large arguments came without their identity');
}
