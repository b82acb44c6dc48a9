import { createHash } from 'node:crypto';
import type { Digest, ObjectStore } from '@ambit/plugin-api';
import { collect, patient } from './expect.ts';

export const absent: Digest = `sha256:${'0'.repeat(64)}`;

export function digestOf(data: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(data).digest('hex')}`;
}

/** Bytes that differ along the way, so that a part from a wrong place shows. */
export function bytes(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => (index * 31 + (index >> 8)) & 0xff);
}

export async function* chunks(data: Uint8Array, size = 1000): AsyncIterable<Uint8Array> {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size);
}

export function put(store: ObjectStore, data: Uint8Array, digest?: Digest): Promise<{ digest: Digest; size: number }> {
  return store.put(chunks(data), { signal: patient(), ...(digest ? { digest } : {}) });
}

export async function get(store: ObjectStore, digest: Digest, range: { from?: number; to?: number } = {}): Promise<Uint8Array> {
  return new Uint8Array(Buffer.concat(await collect(store.get(digest, { ...range, signal: patient() }))));
}
