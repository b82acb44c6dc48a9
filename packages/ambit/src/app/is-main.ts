import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const LOADING = Symbol.for('ambit.loading/1');
const LOADED = Symbol.for('ambit.loaded/1');

/** Whether this module is the one that the process was started with. Never in loaded code and bundles: there nobody starts it. */
export function isMain(meta: { readonly url: string }): boolean {
  const [, started] = process.argv;
  if (
    isLoading() ||
    (meta as unknown as Record<symbol, unknown>)[LOADED] === true ||
    started === undefined ||
    !meta.url.startsWith('file:')
  )
    return false;
  const here = fileURLToPath(meta.url);
  return here === started || here === realPath(started) || withoutExtension(here) === realPath(started);
}

/** A project is being loaded: its code may define, and not run. */
export function isLoading(): boolean {
  return (globalThis as unknown as Record<symbol, unknown>)[LOADING] === true;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // `node main` starts main.js.
    return path;
  }
}

function withoutExtension(path: string): string {
  return path.replace(/\.[cm]?[jt]sx?$/, '');
}
