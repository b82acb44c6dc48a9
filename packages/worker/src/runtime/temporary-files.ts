import { AmbitError } from '@ambit/plugin-api';
import type { Digest } from '@ambit/plugin-api';
import type { FileStore } from './file-store.ts';
import { readFrom, writeHashed } from './hashed-file.ts';

/** Files of code that runs outside a run, kept by content in a temporary folder of this user's. */
export function temporaryFiles(directory: string = folderOfUser()): FileStore {
  const pathOf = (digest: Digest): string => `${directory}/${digest.replace(':', '-')}`;
  return {
    async put(data) {
      const { mkdir, rename } = process.getBuiltinModule('node:fs/promises');
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const part = `${directory}/${crypto.randomUUID()}.part`;
      const { digest, size } = await writeHashed(part, data);
      await rename(part, pathOf(digest));
      return { digest, size };
    },
    async *get(digest) {
      try {
        yield* readFrom(pathOf(digest));
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

function folderOfUser(): string {
  const { tmpdir, userInfo } = process.getBuiltinModule('node:os');
  return `${tmpdir()}/ambit-files-${userInfo().uid}`;
}
