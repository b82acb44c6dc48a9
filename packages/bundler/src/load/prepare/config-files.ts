import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { readTracked } from '../inputs.ts';
import type { TrackedFile } from '../inputs.ts';

/** What decides how modules are read: each folder's nearest `tsconfig.json`, with what that extends, and nearest `package.json`. */
export interface ConfigFiles {
  readonly files: readonly TrackedFile[];
  /** Nearer ones that are not there. */
  readonly absent: readonly string[];
  /** Patterns of `paths`; `*` where `baseUrl` is set. */
  readonly aliases: readonly string[];
  /** A package says of which of its modules the import has an effect. */
  readonly sayEffects: boolean;
}

export function configFiles(folders: Iterable<string>): ConfigFiles {
  const found = new Map<string, string>();
  const files = new Map<string, TrackedFile>();
  const absent = new Set<string>();
  const read = (path: string): string | undefined => {
    if (found.has(path) || absent.has(path)) return found.get(path);
    const tracked = readTracked(path);
    if (!tracked) absent.add(path);
    else {
      files.set(path, tracked.file);
      found.set(path, tracked.text);
    }
    return tracked?.text;
  };
  const tsconfigs = new Set<string>();
  for (const folder of new Set(folders)) {
    const nearest = upwards(folder, 'tsconfig.json').find((path) => read(path) !== undefined);
    if (nearest !== undefined) tsconfigs.add(nearest);
    upwards(folder, 'package.json').find((path) => read(path) !== undefined);
  }
  for (const path of tsconfigs) for (const base of basesOf(path, read(path) ?? '')) tsconfigs.add(base);
  const aliases = [...tsconfigs].flatMap((path) => aliasesOf(read(path) ?? ''));
  const sayEffects = [...found.values()].some((text) => text.includes('"sideEffects"'));
  return { files: [...files.values()], absent: [...absent], aliases, sayEffects };
}

function upwards(folder: string, name: string): readonly string[] {
  const paths = [join(folder, name)];
  for (let at = folder; at !== dirname(at); at = dirname(at)) paths.push(join(dirname(at), name));
  return paths;
}

// Read as text: comments and trailing commas are allowed there, and to know too many files does no harm.
function basesOf(path: string, text: string): readonly string[] {
  const value = /"extends"\s*:\s*(\[[^\]]*\]|"[^"]*")/.exec(text)?.[1] ?? '';
  return [...value.matchAll(/"([^"]*)"/g)].map(([, base = '']) => baseFile(path, base));
}

function baseFile(path: string, base: string): string {
  const withName = base.endsWith('.json') ? base : `${base}.json`;
  if (base.startsWith('.') || isAbsolute(base)) return resolve(dirname(path), withName);
  for (const candidate of [base, withName, `${base}/tsconfig.json`])
    try {
      const file = createRequire(path).resolve(candidate);
      if (file.endsWith('.json')) return file;
    } catch {
      continue;
    }
  return join(dirname(path), 'node_modules', withName);
}

function aliasesOf(text: string): readonly string[] {
  const paths = /"paths"\s*:\s*\{([^}]*)\}/.exec(text)?.[1] ?? '';
  const patterns = [...paths.matchAll(/"([^"]*)"\s*:\s*\[/g)].map(([, pattern = '']) => pattern);
  return /"baseUrl"\s*:/.test(text) ? [...patterns, '*'] : patterns;
}

/** Whether an alias could lead somewhere if only the file were there. */
export function matchesAlias(specifier: string, aliases: readonly string[]): boolean {
  return aliases.some((alias) => {
    const [start = '', end] = alias.split('*');
    return end === undefined ? specifier === start : specifier.startsWith(start) && specifier.endsWith(end);
  });
}
