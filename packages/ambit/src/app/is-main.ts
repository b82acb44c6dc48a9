import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const LOADING = Symbol.for('ambit.loading/1');

/** Whether this module is the one that the process was started with. Never in loaded code and bundles: there nobody starts it. */
export function isMain(meta: { readonly url: string }): boolean {
  const [, started] = process.argv;
  if (isLoading() || started === undefined || !meta.url.startsWith('file:')) return false;
  const here = fileURLToPath(meta.url);
  return here === started || startedFiles(started).includes(here) || withoutExtension(here) === started;
}

/** A project is being loaded: its code may define, and not run. */
export function isLoading(): boolean {
  return (globalThis as unknown as Record<symbol, unknown>)[LOADING] === true;
}

/** `node main` starts main.js, `node .` what package.json names; a link starts the file it leads to. */
function startedFiles(started: string): readonly string[] {
  const ways = [realpathSync, (path: string): string => createRequire(path).resolve(path)];
  return ways.flatMap((way) => {
    try {
      return [way(started)];
    } catch {
      return [];
    }
  });
}

function withoutExtension(path: string): string {
  return path.replace(/\.[cm]?[jt]sx?$/, '');
}
