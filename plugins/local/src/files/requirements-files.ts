import { readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { AmbitError } from '@ambit/plugin-api';
import { filesMissing } from './files-errors.ts';
import { readFileEntry } from './read-tree.ts';
import type { TreeEntry } from './read-tree.ts';

/**
 * A requirements file first, then those that it names by `-r` and `-c`, and those that they name, below the folder that
 * they have in common. What would be installed from this machine's disk is refused: it would not be in the image's identity.
 */
export async function requirementsFiles(main: string, signal: AbortSignal): Promise<readonly TreeEntry[]> {
  const found = new Set([main]);
  for (const file of found) for (const each of await namedFiles(file)) found.add(each);
  const root = commonFolder([...found]);
  const paths = new Map([...found].map((file) => [file, relative(root, file).split(sep).join('/')]));
  const others = [...found].filter((file) => file !== main).sort((a, b) => (paths.get(a)! < paths.get(b)! ? -1 : 1));
  const entries: TreeEntry[] = [];
  for (const file of [main, ...others]) entries.push(await readFileEntry(file, paths.get(file)!, signal));
  return entries;
}

async function namedFiles(file: string): Promise<readonly string[]> {
  const lines = (await textOf(file)).split(/\r?\n/).map((line) => line.replace(/(^|\s)#.*$/, '').trim());
  return lines.flatMap((line, index) => {
    refuseLocal(file, line, index + 1);
    const named = /^(?:-r|-c|--requirement|--constraint)(?:\s+|=|(?<=^-[rc]))(\S.*)$/.exec(line)?.[1];
    return named === undefined || /^[a-z]+:\/\//i.test(named) ? [] : [resolve(dirname(file), named)];
  });
}

function refuseLocal(file: string, line: string, number: number): void {
  const what = line.replace(/^(?:-e|--editable)(?:\s+|=)/, '');
  if (!/^(?:\.{0,2}\/|\.{1,2}(?:$|\[)|file:)|^[\w.-]+(?:\s*\[.*\])?\s*@\s*file:/.test(what)) return;
  throw new AmbitError('AMBIT_FILES_LOCAL_REQUIREMENT', `${file}:${number} installs from this machine's disk: ${line}.`, {
    hint: 'Name a package of an index or an address; code of your own comes into an image with withSource().',
    facts: { path: file, line: number },
  });
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    // What else is wrong with it is told when its content is read.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw filesMissing(file, error);
    return '';
  }
}

function commonFolder(files: readonly string[]): string {
  let folder = dirname(files[0] ?? '/');
  while (!files.every((file) => file.startsWith(join(folder, sep)))) folder = dirname(folder);
  return folder;
}
