import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { AmbitError, PORTABLE_RUNTIME_DIRECTORY } from '@ambit/plugin-api';
import { interpreterOf, withLoader } from './elf-file.ts';
import { notPacked } from './not-packed.ts';

const run = promisify(execFile);

/** What glibc before 2.34 loads by itself to look up names of hosts. */
const loadedLater = ['libnss_files.so.2', 'libnss_dns.so.2', 'libresolv.so.2'];

/** Writes a Node that needs nothing of the system it runs on into a folder: `node`, `ld.so` and `lib`. */
export async function packNode(node: string, directory: string): Promise<void> {
  if (process.platform !== 'linux') throw notPacked(node, `it is a Node for ${process.platform}, and containers run Linux`);
  try {
    await pack(await realpath(node), directory);
  } catch (error) {
    const why = AmbitError.is(error) ? error.facts['why'] : (error as Error).message;
    throw notPacked(node, typeof why === 'string' ? why : String(error), error);
  }
}

async function pack(node: string, directory: string): Promise<void> {
  const file = await readFile(node);
  const loader = interpreterOf(file);
  await mkdir(join(directory, 'lib'), { recursive: true });
  const target = join(directory, 'node');
  if (loader === undefined) return writeFile(target, file, { mode: 0o755 });
  if (basename(loader).startsWith('ld-musl')) throw notPacked(node, 'it needs musl, and only a Node for glibc is packed');
  // Where there is no /proc, nobody knows the folder of a program.
  const libraries = `$ORIGIN/lib:${PORTABLE_RUNTIME_DIRECTORY}/lib`;
  const own = { interpreter: `${PORTABLE_RUNTIME_DIRECTORY}/ld.so`, libraries };
  await writeFile(target, withLoader(file, own), { mode: 0o755 });
  await copyFile(loader, join(directory, 'ld.so'));
  await chmod(join(directory, 'ld.so'), 0o755);
  await copyLibraries(loader, node, join(directory, 'lib'));
  const said = await versionOf(directory);
  if (!said.startsWith('v')) throw notPacked(node, `packed, it says "${said.trim()}" of its version`);
}

async function copyLibraries(loader: string, node: string, directory: string): Promise<void> {
  const { stdout } = await run(loader, ['--list', node], { env: {} });
  const found = [...stdout.matchAll(/^\s*(\S+) => (\S+) \(/gm)].map(([, name = '', path = '']) => ({ name, path }));
  const libc = found.find(({ name }) => name.startsWith('libc.so'));
  const isThere = new Set(found.map(({ name }) => name));
  for (const { name, path } of found) await copyFile(path, join(directory, name));
  for (const name of libc ? loadedLater : []) {
    if (!isThere.has(name)) await copyFile(join(dirname(libc!.path), name), join(directory, name)).catch(absent);
  }
}

/** What is packed is tried with its own loader, as in a place that has none. */
async function versionOf(directory: string): Promise<string> {
  const command = [join(directory, 'node'), '-p', 'process.version'];
  return (await run(join(directory, 'ld.so'), command, { env: {}, timeout: 60_000 })).stdout;
}

function absent(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
