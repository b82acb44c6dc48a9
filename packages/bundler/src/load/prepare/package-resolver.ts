import { dirname, join, sep } from 'node:path';
import { isBuiltin } from 'node:module';
import type { ImportKind, PluginBuild } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { isInstalled } from '../../paths.ts';
import { packageName } from '../../specifiers.ts';

/** What an import that is not a path means. */
export type Resolution =
  | { readonly kind: 'builtin' }
  /** A file of the project, through an alias or a link of a workspace: bundled. */
  | { readonly kind: 'project'; readonly path: string }
  | { readonly kind: 'package'; readonly path: string }
  | { readonly kind: 'missing' }
  /** Left to esbuild, which will say what is wrong. */
  | { readonly kind: 'unknown' };

export interface PackageResolver {
  resolve(specifier: string, folder: string, kind: ImportKind): Promise<Resolution>;
  /** What was resolved until now. */
  resolved(): readonly Resolved[];
}

export interface Resolved {
  readonly specifier: string;
  /** Of the importing file. */
  readonly folder: string;
  readonly resolution: Resolution;
}

/** Ours are never bundled, wherever a workspace has them. */
function isAmbit(specifier: string): boolean {
  return /^@?ambit(\/|$)/.test(specifier);
}

/** By the importing folder, so that two versions in a workspace stay two. Asked once each. */
export function createResolver(build: PluginBuild, root: string, ambit: string | undefined): PackageResolver {
  const known = new Map<string, Promise<Resolution>>();
  const resolved: Resolved[] = [];
  const ask = async (specifier: string, folder: string, kind: ImportKind): Promise<Resolution> => {
    if (isBuiltin(specifier)) return { kind: 'builtin' };
    const answer = await build.resolve(specifier, { resolveDir: folder, kind, pluginData: resolving });
    const path = answer.errors.length === 0 && answer.namespace === 'file' ? answer.path : undefined;
    const resolution = classify(specifier, path, root, ambit);
    resolved.push({ specifier, folder, resolution });
    return resolution;
  };
  const resolve: PackageResolver['resolve'] = (specifier, folder, kind) => {
    const key = JSON.stringify([specifier, folder, kind.startsWith('require')]);
    const answer = known.get(key) ?? ask(specifier, folder, kind);
    known.set(key, answer);
    return answer;
  };
  return { resolve, resolved: () => resolved };
}

/** Marks a question of ours, so that the plugin does not answer it. */
export const resolving = Symbol('resolving');

function classify(specifier: string, path: string | undefined, root: string, ambit: string | undefined): Resolution {
  if (path === undefined && specifier === 'ambit' && ambit !== undefined) return { kind: 'package', path: fileURLToPath(ambit) };
  if (path === undefined) return specifier.startsWith('#') ? { kind: 'unknown' } : { kind: 'missing' };
  if (isAmbit(specifier)) return { kind: 'package', path };
  return isInstalled(path, root) ? { kind: 'package', path } : { kind: 'project', path };
}

/** Where Node looks for a package, from the importing folder outwards. */
export function packageFolders(specifier: string, folder: string): readonly string[] {
  const name = packageName(specifier);
  const folders: string[] = [];
  for (let at = folder; ; at = dirname(at)) {
    if (!at.endsWith(`${sep}node_modules`)) folders.push(join(at, 'node_modules', name));
    if (at === dirname(at)) return folders;
  }
}
