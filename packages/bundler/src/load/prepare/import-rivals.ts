import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Metafile } from 'esbuild';

/** Tried by esbuild, in this order, where an import does not name a file. */
const extensions = ['.tsx', '.ts', '.jsx', '.js', '.css', '.json'];
const written: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx'],
  '.jsx': ['.ts', '.tsx'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
};

/** Files that are not there and would be taken, if they were, in place of those that relative imports lead to. */
export function importRivals({ inputs }: Metafile, root: string): readonly string[] {
  const rivals = new Set<string>();
  for (const [name, { imports }] of Object.entries(inputs))
    for (const { path, original, external } of imports)
      if (external !== true && original !== undefined && /^\.{1,2}(\/|$)/.test(original))
        for (const rival of rivalsOf(join(dirname(resolve(root, name)), original), resolve(root, path))) rivals.add(rival);
  return [...rivals].filter((path) => !existsSync(path));
}

function rivalsOf(asked: string, taken: string): readonly string[] {
  const extension = /\.[cm]?jsx?$/.exec(asked)?.[0] ?? '';
  const candidates = [
    asked,
    ...extensions.map((each) => asked + each),
    ...(written[extension] ?? []).map((each) => asked.slice(0, -extension.length) + each),
    join(asked, 'package.json'),
    ...extensions.map((each) => join(asked, `index${each}`)),
  ];
  const found = candidates.indexOf(taken);
  return found === -1 ? candidates : candidates.slice(0, found);
}
