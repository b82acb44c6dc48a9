import { AmbitError } from '@ambit/plugin-api';
import type { Digest } from '@ambit/plugin-api';
import type { FileStore } from './file-store.ts';
import { readFrom, writeHashed } from './hashed-file.ts';
import { processFolder } from './process-folder.ts';

/** Files of code that runs outside a run, kept by content in a temporary folder of this user's. */
export function temporaryFiles(directory: string = folderOfUser()): FileStore {
  const pathOf = (digest: Digest): string => `${directory}/${digest.replace(':', '-')}`;
  const path = async (digest: Digest): Promise<string> => {
    const found = pathOf(digest);
    await process
      .getBuiltinModule('node:fs/promises')
      .access(found)
      .catch((cause: unknown) => {
        throw missing(digest, directory, cause);
      });
    return found;
  };
  return {
    path,
    async put(data) {
      const { mkdir, rename, chmod } = process.getBuiltinModule('node:fs/promises');
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const part = `${directory}/${crypto.randomUUID()}.part`;
      const { digest, size } = await writeHashed(part, data);
      await chmod(part, 0o444);
      await rename(part, pathOf(digest));
      return { digest, size };
    },
    async *get(digest) {
      yield* readFrom(await path(digest));
    },
    folder: async () => processFolder(),
  };
}

function missing(digest: string, directory: string, cause: unknown): AmbitError {
  return new AmbitError('AMBIT_OBJECT_MISSING', `There is no file with the content ${digest} in ${directory}.`, {
    hint: 'Write the file before it is read; outside a run, files live in a temporary folder.',
    facts: { digest },
    cause,
  });
}

function folderOfUser(): string {
  const { tmpdir, userInfo } = process.getBuiltinModule('node:os');
  return `${tmpdir()}/ambit-files-${userInfo().uid}`;
}
