import { createHash } from 'node:crypto';
import { AmbitError } from '@ambit/plugin-api';
import type { Digest, ObjectStore } from '@ambit/plugin-api';

/** What the handles of one in-memory object store share. */
export type MemoryBlobs = Map<Digest, { readonly data: Uint8Array; readonly at: string }>;

const chunkSize = 64 * 1024;

async function collect(data: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of data) {
    signal.throwIfAborted();
    chunks.push(new Uint8Array(chunk));
  }
  signal.throwIfAborted();
  return Buffer.concat(chunks);
}

/** An object store that lives as long as its map. */
export function memoryObjects(blobs: MemoryBlobs = new Map()): ObjectStore {
  return {
    async put(data, { digest: wanted, signal }) {
      const whole = await collect(data, signal);
      const digest: Digest = `sha256:${createHash('sha256').update(whole).digest('hex')}`;
      if (wanted !== undefined && wanted !== digest) {
        throw new AmbitError('AMBIT_OBJECT_MISMATCH', `The content has the digest ${digest}, not ${wanted}.`, {
          hint: 'Read the source again: it changed while it was read, or was damaged on its way.',
          facts: { digest, wanted },
        });
      }
      if (!blobs.has(digest)) blobs.set(digest, { data: whole, at: new Date().toISOString() });
      return { digest, size: whole.byteLength };
    },
    async *get(digest, { from = 0, to, signal }) {
      const blob = blobs.get(digest);
      if (!blob) {
        throw new AmbitError('AMBIT_OBJECT_MISSING', `There is no object ${digest} in memory.`, {
          hint: 'Run the task that made the object again.',
          facts: { digest },
        });
      }
      const end = Math.min(to ?? blob.data.byteLength, blob.data.byteLength);
      for (let at = from; at < end; at += chunkSize) {
        signal.throwIfAborted();
        yield new Uint8Array(blob.data.subarray(at, Math.min(at + chunkSize, end)));
      }
    },
    async stat(digest) {
      const blob = blobs.get(digest);
      return blob && { size: blob.data.byteLength, at: blob.at };
    },
    async *list(signal) {
      for (const [digest, blob] of [...blobs]) {
        signal.throwIfAborted();
        yield { digest, size: blob.data.byteLength, at: blob.at };
      }
    },
    async delete(digests) {
      for (const digest of digests) blobs.delete(digest);
    },
    async dispose() {},
  };
}
