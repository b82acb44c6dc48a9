import { relative, sep } from 'node:path';

/** Relative to the root, on every system with `/`. */
export function pathIn(root: string, file: string): string {
  return relative(root, file).split(sep).join('/');
}

/** Whether a file is an installed package's, not the project's. A project may lie in a `node_modules` itself. */
export function isInstalled(path: string, root: string): boolean {
  const below = path.startsWith(`${root}${sep}`) ? path.slice(root.length) : path;
  // Node does not import data without being told that it is.
  return below.includes(`${sep}node_modules${sep}`) && !path.endsWith('.json');
}
