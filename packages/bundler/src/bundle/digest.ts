import { createHash } from 'node:crypto';
import type { Digest } from '@ambit/plugin-api';

export function digestOf(data: Uint8Array | string): Digest {
  return `sha256:${createHash('sha256').update(data).digest('hex')}`;
}
