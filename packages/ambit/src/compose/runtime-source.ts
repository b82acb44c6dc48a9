import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { RuntimeSource } from '@ambit/local';

const names = ['supervisor.js', 'runner.js', 'runtime.js'];

/** The worker's own code as it is installed beside this package. */
export async function workerFiles(
  wanted: readonly string[] = names,
): Promise<readonly { readonly name: string; readonly data: Uint8Array }[]> {
  const folder = join(dirname(createRequire(import.meta.url).resolve('@ambit/worker/package.json')), 'dist/bin');
  return Promise.all(wanted.map(async (name) => ({ name, data: await readFile(join(folder, name)) })));
}

/** That code, and the Node that runs this process. */
export async function runtimeSource(): Promise<RuntimeSource> {
  const files = await workerFiles();
  const hash = createHash('sha256');
  for (const { name, data } of files) hash.update(`${name} ${data.length} `).update(data);
  return { files, node: process.execPath, digest: `sha256:${hash.digest('hex')}` };
}
