import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest, Machine, Placement } from '@ambit/plugin-api';

/** A file of a runtime: one that is there, or its content. */
export type RuntimeFile = { readonly name: string } & ({ readonly path: string } | { readonly data: Uint8Array | string });

export interface RuntimeSource {
  /** `supervisor.js`, `runner.js`, `runtime.js`. */
  readonly files: readonly RuntimeFile[];
  /** The Node that runs them, on this machine. */
  readonly node: string;
  /** Over the files. */
  readonly digest: Digest;
}

/** The worker's own code and a link to Node in one folder of this machine, made once per content and Node. */
export async function installRuntime(machine: Machine, { files, node, digest }: RuntimeSource): Promise<Placement['runtime']> {
  const key = createHash('sha256').update(`${digest} ${node}`).digest('hex').slice(0, 40);
  const directory = join(machine.cacheDirectory, 'runtimes', key);
  // Renamed when whole, so what is there is whole.
  if (!existsSync(join(directory, 'package.json'))) {
    const staging = `${directory}.${randomBytes(6).toString('hex')}.part`;
    try {
      await mkdir(staging, { recursive: true });
      for (const file of files)
        await ('path' in file ? copyFile(file.path, join(staging, file.name)) : writeFile(join(staging, file.name), file.data));
      await writeFile(join(staging, 'package.json'), JSON.stringify({ type: 'module' }));
      await symlink(node, join(staging, 'node'));
      await takePlace(staging, directory);
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  }
  return { digest, locations: [{ kind: 'host-directory', machine: machine.id, path: directory }] };
}

/** Another process may have been faster: what is there is as good. */
async function takePlace(staging: string, directory: string): Promise<void> {
  try {
    await rename(staging, directory);
  } catch (error) {
    if (!existsSync(join(directory, 'package.json'))) throw error;
  }
}
