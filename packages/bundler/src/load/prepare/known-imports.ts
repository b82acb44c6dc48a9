import { resolve } from 'node:path';
import type { Metafile } from 'esbuild';
import type { PreparedProject } from '../prepared-project.ts';

type Imports = NonNullable<PreparedProject['imports']>;

/** What each import of the project's modules leads to, as esbuild saw it: a file of the project, or `null` for all else. */
export function knownImports({ inputs }: Metafile, root: string, files: ReadonlySet<string>): Imports {
  const known: Record<string, Record<string, string | null>> = {};
  for (const [name, { imports }] of Object.entries(inputs)) {
    const importer = resolve(root, name);
    if (!files.has(importer)) continue;
    const targets: Record<string, string | null> = {};
    for (const { path, original = path, external } of imports) {
      const file = external === true ? undefined : resolve(root, path);
      // A file that a pattern found has no specifier of its own.
      if (!(original in targets)) targets[original] = file !== undefined && files.has(file) ? file : null;
    }
    known[importer] = targets;
  }
  return known;
}
