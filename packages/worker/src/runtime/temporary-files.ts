import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { AmbitError } from '@ambit/plugin-api';
import type { Digest } from '@ambit/plugin-api';
import type { FileStore } from './file-store.ts';

/** Files of code that runs outside a run, kept by content in a temporary folder of this user's. */
export function temporaryFiles(directory: string = join(tmpdir(), `ambit-files-${userInfo().uid}`)): FileStore {
  const pathOf = (digest: Digest): string => join(directory, digest.replace(':', '-'));
  return {
    async put(data) {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const part = join(directory, `${randomBytes(8).toString('hex')}.part`);
      try {
        const { digest, size } = await writePart(part, data);
        await rename(part, pathOf(digest));
        return { digest, size };
      } finally {
        await rm(part, { force: true });
      }
    },
    async *get(digest) {
      try {
        for await (const chunk of createReadStream(pathOf(digest))) yield chunk as Uint8Array;
      } catch (cause) {
        throw new AmbitError('AMBIT_OBJECT_MISSING', `There is no file with the content ${digest} in ${directory}.`, {
          hint: 'Write the file before it is read; outside a run, files live in a temporary folder.',
          facts: { digest },
          cause,
        });
      }
    },
  };
}

async function writePart(path: string, data: AsyncIterable<Uint8Array>): Promise<{ digest: Digest; size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of data) {
      hash.update(chunk);
      size += chunk.byteLength;
      await file.write(chunk);
    }
  } finally {
    await file.close();
  }
  return { digest: `sha256:${hash.digest('hex')}`, size };
}
