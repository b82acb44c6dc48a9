import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import type { PluginBuild } from 'esbuild';
import { isPackage } from '../slice/find-packages.ts';
import type { Target } from '../slice/module-graph.ts';

/** As Node resolves, and as loading does. */
export const RESOLVING = { mainFields: ['main'], conditions: [], nodePaths: [] };

/** What a specifier leads to, as esbuild sees it. Packages need not be installed. */
export async function resolveImport(build: PluginBuild, specifier: string, importer: string): Promise<Target> {
  if (specifier === 'ambit') return { kind: 'runtime' };
  if (isOutside(specifier)) return { kind: 'builtin' };
  // A workspace may link our own packages, but their code is not the user's.
  if (/^@ambit\//.test(specifier)) return { kind: 'package', specifier };
  const found = await build.resolve(specifier, { kind: 'import-statement', importer, resolveDir: dirname(importer) });
  const isFile = found.errors.length === 0 && found.namespace === 'file' && !found.external;
  if (isFile && !isInstalled(found.path)) return { kind: 'module', file: found.path, isFreeOfEffects: !found.sideEffects };
  if (isPackage(specifier)) return { kind: 'package', specifier };
  return specifier.startsWith('#') ? namedByPackage(specifier, dirname(importer)) : { kind: 'missing' };
}

function isOutside(specifier: string): boolean {
  return isBuiltin(specifier) || /^[a-z][a-z\d+.-]*:/i.test(specifier);
}

function isInstalled(path: string): boolean {
  // Node does not import data without being told that it is.
  return /[\\/]node_modules[\\/]/.test(path) && !path.endsWith('.json');
}

/** A `#name` of the user's package.json that stands for a package: in a bundle there is no such package.json any more. */
function namedByPackage(specifier: string, folder: string): Target {
  for (let at = folder; ; at = dirname(at)) {
    const imports = importsOf(at);
    if (imports) {
      const target = matching(imports, specifier);
      if (target === undefined || target.startsWith('.')) return { kind: 'missing' };
      return { kind: 'package', specifier: target };
    }
    if (dirname(at) === at) return { kind: 'missing' };
  }
}

function importsOf(folder: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const { imports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { imports?: Record<string, unknown> };
    return imports ?? {};
  } catch {
    return undefined;
  }
}

function matching(imports: Readonly<Record<string, unknown>>, specifier: string): string | undefined {
  if (specifier in imports) return conditional(imports[specifier]);
  for (const [pattern, value] of Object.entries(imports)) {
    const [before = '', after = ''] = pattern.split('*');
    if (!pattern.includes('*') || !specifier.startsWith(before) || !specifier.endsWith(after)) continue;
    const star = specifier.slice(before.length, specifier.length - after.length);
    return conditional(value)?.replaceAll('*', star);
  }
  return undefined;
}

function conditional(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(conditional).find((each) => each !== undefined);
  if (typeof value !== 'object' || value === null) return undefined;
  const conditions = Object.entries(value).filter(([name]) => ['node', 'import', 'module', 'default'].includes(name));
  return conditions.map(([, each]) => conditional(each)).find((each) => each !== undefined);
}
