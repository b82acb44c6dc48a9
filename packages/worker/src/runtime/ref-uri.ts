import { AmbitError } from '@ambit/plugin-api';

/** What a uri of a file or directory names. */
export type RefTarget =
  | { readonly kind: 'content'; readonly sha256: string }
  | { readonly kind: 'local'; readonly path: string }
  | { readonly kind: 'tree'; readonly sha256: string; readonly path?: string };

const stored = /^ambit:\/\/sha256\/([0-9a-f]{64})$/;
const tree = /^ambit:\/\/directory\/([0-9a-f]{64})(?:\/(.+))?$/s;

export function contentUri(sha256: string): string {
  return `ambit://sha256/${sha256}`;
}

export function treeUri(sha256: string): string {
  return `ambit://directory/${sha256}`;
}

/** Of a file in a stored directory. */
export function innerUri(directory: string, path: string): string {
  return `${directory}/${path.split('/').map(encodeURIComponent).join('/')}`;
}

export function localUri(path: string): string {
  return process.getBuiltinModule('node:url').pathToFileURL(path).href;
}

/** The absolute path that a caller means. */
export function localPath(path: string | URL): string {
  if (typeof path === 'string') return process.getBuiltinModule('node:path').resolve(path);
  const target = parseUri(path.href);
  if (target.kind === 'local') return target.path;
  throw unknownUri(path.href, 'is no path of this machine');
}

export function parseUri(uri: string): RefTarget {
  const sha256 = stored.exec(uri)?.[1];
  if (sha256 !== undefined) return { kind: 'content', sha256 };
  const [, digest, path] = tree.exec(uri) ?? [];
  try {
    if (digest !== undefined) return { kind: 'tree', sha256: digest, ...(path !== undefined && { path: decodeURIComponent(path) }) };
    if (/^file:\/\//i.test(uri)) return { kind: 'local', path: process.getBuiltinModule('node:url').fileURLToPath(uri) };
  } catch (cause) {
    throw unknownUri(uri, `cannot be read: ${(cause as Error).message}`, cause);
  }
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(uri)?.[1];
  throw unknownUri(
    uri,
    scheme === undefined || scheme === 'ambit'
      ? 'names no file or directory of Ambit'
      : `is a ${scheme}: uri, and nothing here reads those`,
  );
}

export function unknownUri(uri: string, why: string, cause?: unknown): AmbitError {
  return new AmbitError('AMBIT_FILE_URI', `"${uri}" ${why}.`, {
    hint: 'What works: the uri of a File or Directory that was stored (ambit://sha256/…, ambit://directory/…), and file:///… of this machine.',
    facts: { uri },
    cause,
  });
}
