import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { AmbitError } from '@ambit/plugin-api';
import { projectFiles } from '../init/project-files.ts';
import { listed } from '../view/listed.ts';
import { EXIT } from './exit-code.ts';
import type { Invocation } from './invocation.ts';
import type { Terminal } from './terminal.ts';

/** `ambit init [DIR]`. */
export async function initCommand({ terminal, words, said, version }: Invocation): Promise<number> {
  const folder = resolve(words[0] ?? '.');
  await mkdir(folder, { recursive: true });
  const there = await readdir(folder);
  if (there.length > 0 && said['yes'] !== true) throw notEmpty(folder, there);
  const files = Object.entries(projectFiles(packageName(folder), version));
  const made: string[] = [];
  for (const [name, content] of files) if (await writeNew(join(folder, name), content)) made.push(name);
  report(folder, made, files.length - made.length, terminal);
  return EXIT.ok;
}

/** A file that is there stays as it is. */
async function writeNew(path: string, content: string): Promise<boolean> {
  try {
    await writeFile(path, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** A name that npm takes. */
function packageName(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+|[-.]+$/g, '');
  return name === '' ? 'my-flow' : name;
}

function report(folder: string, made: readonly string[], kept: number, { flags, out, outColors: colors }: Terminal): void {
  if (flags.json) return out(JSON.stringify({ version: 1, directory: folder, files: made }));
  const where = relative(process.cwd(), folder);
  const steps = [
    ...(where === '' ? [] : [`cd ${shellWord(where)}`]),
    'npm install',
    'npx ambit plan main.ts main',
    'npm start',
    'npm test',
  ];
  out(
    [
      `Made ${made.length === 0 ? 'nothing' : made.join(', ')}${where === '' ? '' : ` in ${where}`}${kept > 0 ? `; ${kept} that were there stay as they are` : ''}.`,
      '',
      'Next:',
      ...steps.map((step) => `  ${colors.cyan(step)}`),
    ].join('\n'),
  );
}

/** As it has to be typed. */
function shellWord(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function notEmpty(folder: string, there: readonly string[]): AmbitError {
  return new AmbitError('AMBIT_INIT_NOT_EMPTY', `${folder} is not empty: it has ${listed(there, 5)}.`, {
    hint: 'Name another folder, or say -y: files that are there stay as they are.',
    facts: { folder },
  });
}
