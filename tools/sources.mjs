import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

const passedOver = new Set(['node_modules', 'dist', '.git', '.nx', '.tools', '.ambit']);

/** All files below a folder, as paths relative to it, in a stable order; never what is installed, built or kept as state. */
export function filesBelow(folder) {
  const found = [];
  const visit = (path) => {
    for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (passedOver.has(entry.name)) continue;
      const full = join(path, entry.name);
      if (entry.isDirectory()) visit(full);
      else found.push(relative(folder, full));
    }
  };
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) visit(folder);
  return found;
}

/** The folders of packages and plugins, relative to the root. */
export function packageFolders(base = root) {
  return ['packages', 'plugins'].flatMap((group) =>
    readdirSync(join(base, group), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `${group}/${entry.name}`),
  );
}
