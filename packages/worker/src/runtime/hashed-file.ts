import type { Digest } from '@ambit/plugin-api';

/** Few large reads are much faster than many small ones. */
const chunkBytes = 1024 * 1024;

/** Writes a new file and hashes on the way. Where that fails, no file is left. Node's modules are loaded by the first who writes. */
export async function writeHashed(path: string, data: AsyncIterable<Uint8Array>): Promise<{ digest: Digest; size: number }> {
  const { createHash } = process.getBuiltinModule('node:crypto');
  const { open, rm } = process.getBuiltinModule('node:fs/promises');
  const hash = createHash('sha256');
  let size = 0;
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of data) {
      const written = file.appendFile(chunk);
      written.catch(() => undefined);
      hash.update(chunk);
      size += chunk.byteLength;
      await written;
    }
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  return { digest: `sha256:${hash.digest('hex')}`, size };
}

export function readFrom(path: string): AsyncIterable<Uint8Array> {
  return process.getBuiltinModule('node:fs').createReadStream(path, { highWaterMark: chunkBytes }) as AsyncIterable<Uint8Array>;
}
