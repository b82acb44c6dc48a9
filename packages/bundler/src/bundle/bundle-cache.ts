import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Digest } from '@ambit/plugin-api';
import type { EnvironmentBundle } from '../project.ts';
import { digestOf } from './digest.ts';
import type { MadeBundle } from './make-bundle.ts';

const MANIFEST = 'bundle.json';

/** What `bundle.json` says. */
interface StoredBundle extends Omit<EnvironmentBundle, 'files'> {
  readonly files: readonly { readonly path: string; readonly mode: number; readonly digest: Digest }[];
  readonly assets: MadeBundle['assets'];
}

/** A bundle as it was made before; undefined where there is none, where it is damaged, or where an asset is another file now. */
export async function readBundle(directory: string, root: string): Promise<EnvironmentBundle | undefined> {
  try {
    const { assets, files, ...facts } = JSON.parse(await readFile(join(directory, MANIFEST), 'utf8')) as StoredBundle;
    const wanted = [
      ...files.map(({ path, digest }) => ({ file: join(directory, path), digest })),
      ...assets.map(({ source, digest }) => ({ file: join(root, source), digest })),
    ];
    const read = await Promise.all(wanted.map(({ file }) => readFile(file)));
    if (!read.every((data, index) => digestOf(data) === wanted[index]?.digest)) return undefined;
    return { ...facts, files: files.map(({ path, mode }, index) => ({ path, mode, data: read[index] ?? new Uint8Array() })) };
  } catch {
    return undefined;
  }
}

/** Written aside and renamed, so that what is there is whole. A cache that cannot be written costs time, nothing else. */
export async function writeBundle(directory: string, { bundle, assets }: MadeBundle): Promise<void> {
  const staging = `${directory}.${randomBytes(6).toString('hex')}.part`;
  try {
    const { files, ...facts } = bundle;
    for (const { path, data, mode } of files) {
      await mkdir(dirname(join(staging, path)), { recursive: true });
      await writeFile(join(staging, path), data, { mode });
    }
    const stored: StoredBundle = { ...facts, assets, files: files.map(({ path, mode, data }) => ({ path, mode, digest: digestOf(data) })) };
    await writeFile(join(staging, MANIFEST), JSON.stringify(stored));
    await rm(directory, { recursive: true, force: true });
    await rename(staging, directory);
  } catch {
    // Another process may have been faster: what is there is as good.
    await rm(staging, { recursive: true, force: true }).catch(() => undefined);
  }
}
