import { constants } from 'node:fs';
import { copyFile, mkdir, readFile, readdir, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { isAbsolute, join, normalize, sep } from 'node:path';
import type { ImageManifest } from '@ambit/plugin-api';

/**
 * The folder from which a worker takes its image. Where an image has a working folder, tasks write in it, as they may in a
 * container; all workers of all projects share the image, so each then gets files of its own.
 */
export async function workerImage(imageDirectory: string, workDirectory: string): Promise<string> {
  const manifest = await manifestOf(imageDirectory);
  const [top = ''] = normalize(manifest?.workdir ?? '.').split(sep);
  if (!manifest?.workdir || isAbsolute(manifest.workdir) || top.startsWith('.')) return imageDirectory;
  const own = join(workDirectory, 'image');
  await mkdir(own, { recursive: true, mode: 0o700 });
  await copyFolder(join(imageDirectory, top), join(own, top));
  await writeFile(join(own, 'image.json'), JSON.stringify(manifest));
  return own;
}

/** Its folders are writable, whatever their modes: else nobody could remove them again. */
async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { mode: (await stat(from)).mode | 0o700 });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyFolder(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else await copyFile(source, target, constants.COPYFILE_FICLONE);
  }
}

/** Where it cannot be read, the worker says so. */
async function manifestOf(imageDirectory: string): Promise<ImageManifest | undefined> {
  try {
    return JSON.parse(await readFile(join(imageDirectory, 'image.json'), 'utf8')) as ImageManifest;
  } catch {
    return undefined;
  }
}
