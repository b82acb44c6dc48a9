import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readFile, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AmbitError, platformOf } from '@ambit/plugin-api';
import type { Digest } from '@ambit/plugin-api';
import { packNode } from './pack-node.ts';

export interface PortableSource {
  /** `supervisor.js`, `runner.js`, `runtime.js`, `relay.js`, `copy.js`. */
  readonly files: readonly { readonly name: string; readonly data: Uint8Array | string }[];
  /** The Node that is packed, on this machine. */
  readonly node: string;
}

export interface PortableRuntime {
  /** Over all that is in it. */
  readonly digest: Digest;
  readonly path: string;
}

/** Of this way of packing: another one makes other folders. */
const VERSION = 1;
const DIGEST_FILE = 'digest';

/**
 * A folder with the worker and a Node that run in any container of this machine's architecture, with or without a libc of its own. Made once per
 * Node and worker in `directory`; takes a second then.
 */
export async function packRuntime(directory: string, source: PortableSource, platform: string): Promise<PortableRuntime> {
  refuseForeign(platform);
  const path = join(directory, `portable-${await keyOf(source)}`);
  if (!existsSync(join(path, DIGEST_FILE))) await makeAside(path, source);
  return { digest: (await readFile(join(path, DIGEST_FILE), 'utf8')) as Digest, path };
}

function refuseForeign(platform: string): void {
  const own = platformOf({ os: process.platform, arch: process.arch });
  if (platform === own && process.platform === 'linux') return;
  const isLinux = process.platform === 'linux';
  throw new AmbitError(
    'AMBIT_RUNTIME_PLATFORM',
    `There is no worker for ${platform}: the Node of this machine is for ${own}, and it is brought along.`,
    {
      hint: isLinux ? `Take images for ${own}, or start the run on a machine for ${platform}.` : 'Start runs in containers on Linux.',
      facts: { platform, has: own },
    },
  );
}

/** Of Node its name and age stand for its content: reading it takes longer than starting it. */
async function keyOf({ files, node }: PortableSource): Promise<string> {
  const path = await realpath(node);
  const { size, mtimeMs } = await stat(path);
  const hash = createHash('sha256').update(JSON.stringify([VERSION, process.version, path, size, mtimeMs]));
  for (const { name, data } of files) hash.update(`${name} ${data.length} `).update(data);
  return hash.digest('hex').slice(0, 40);
}

async function makeAside(path: string, { files, node }: PortableSource): Promise<void> {
  const staging = `${path}.${randomBytes(6).toString('hex')}.part`;
  try {
    await mkdir(staging, { recursive: true });
    await packNode(node, staging);
    for (const { name, data } of files) await writeFile(join(staging, name), data);
    await writeFile(join(staging, 'package.json'), JSON.stringify({ type: 'module' }));
    await writeFile(join(staging, DIGEST_FILE), await digestOf(staging));
    await rename(staging, path).catch((error: unknown) => {
      // Another process may have been faster: what is there is as good.
      if (!existsSync(join(path, DIGEST_FILE))) throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function digestOf(folder: string): Promise<Digest> {
  const hash = createHash('sha256');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const path of paths.sort()) {
    hash.update(`${path.slice(folder.length)} ${(await stat(path)).size}\n`);
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  }
  return `sha256:${hash.digest('hex')}`;
}
