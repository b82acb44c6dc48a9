import { optionError } from '@ambit/plugin-api';
import type { Owner } from '@ambit/plugin-api';
import { currentDirectory } from './shared-globals.ts';

/** A file or folder of the user's: absolute, or relative to the module that makes the call. */
export type Path = string | URL;

function normalize(path: string): string {
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') kept.pop();
    else if (part !== '' && part !== '.') kept.push(part);
  }
  return `/${kept.join('/')}`;
}

/** From a folder, or from the module that makes the call. Stays relative where nobody observed that module: the planner refuses it. */
export function resolvePath(path: string, directory: string | undefined = currentDirectory()): string {
  if (path.startsWith('/')) return normalize(path);
  return directory === undefined ? path : normalize(`${directory}/${path}`);
}

export function isAbsolutePath(path: string): boolean {
  return path.startsWith('/');
}

export function directoryOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end < 0 ? '.' : path.slice(0, end) || '/';
}

export function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1) || path;
}

/** The path that a `file:` URL means; `undefined` where it means none. */
function pathOfUrl(href: string): string | undefined {
  try {
    const { protocol, host, pathname } = new URL(href);
    const path = decodeURIComponent(pathname);
    return protocol === 'file:' && host === '' && !path.includes('\0') ? normalize(path) : undefined;
  } catch {
    return undefined;
  }
}

export function checkPath(owner: Owner, option: string, value: unknown): string {
  const wanted = { expected: 'a path or a file: URL', example: `'./requirements.txt' or new URL('./requirements.txt', import.meta.url)` };
  const text = value instanceof URL ? value.href : value;
  if (typeof text !== 'string' || text === '' || text.includes('\0')) throw optionError(owner, option, wanted, value);
  if (!(value instanceof URL) && !text.startsWith('file:')) return resolvePath(text);
  const path = pathOfUrl(text);
  if (path === undefined) throw optionError(owner, option, wanted, text);
  return path;
}
