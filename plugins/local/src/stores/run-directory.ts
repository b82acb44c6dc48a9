import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AmbitError } from '@ambit/plugin-api';

/** Magic numbers of Linux: over these, the locks and the shared memory of SQLite do not hold. */
const networkFileSystems = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x5346414f, 'AFS'],
  [0x73757245, 'Coda'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
]);

/** The name of the network file system with this magic number, if it is one. */
export function networkFileSystem(type: number): string | undefined {
  return networkFileSystems.get(type >>> 0);
}

/** Makes the folder usable, or says why it is not. Returns the store's owner, which is made once and kept there. */
export async function openDirectory(directory: string): Promise<string> {
  try {
    await mkdir(directory, { recursive: true });
    const network = networkFileSystem((await statfs(directory)).type);
    if (network) throw onNetwork(directory, network);
    return await readOwner(directory);
  } catch (error) {
    if (AmbitError.is(error)) throw error;
    throw new AmbitError('AMBIT_STORE_DIRECTORY', `Runs cannot be recorded in ${directory}: ${(error as Error).message}.`, {
      hint: 'Make the folder writable for you, or name another with AMBIT_STATE.',
      facts: { directory },
      cause: error,
    });
  }
}

function onNetwork(directory: string, network: string): AmbitError {
  return new AmbitError('AMBIT_STORE_NETWORK', `Runs cannot be recorded in ${directory}: it is on a network file system (${network}).`, {
    hint: 'Choose a folder on a disk of this machine: a record could be damaged where locks do not hold.',
    facts: { directory, network },
  });
}

/** Of several that make it at once, the first that links its own wins, and all read that one. */
async function readOwner(directory: string): Promise<string> {
  const path = join(directory, 'owner');
  const known = await readFile(path, 'utf8').catch(() => '');
  if (known) return known.trim();
  const draft = join(directory, `.owner-${randomUUID()}`);
  await writeFile(draft, `${randomUUID()}\n`);
  await link(draft, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft);
  return (await readFile(path, 'utf8')).trim();
}
