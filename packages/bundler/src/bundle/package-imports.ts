import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Target } from '../slice/module-graph.ts';

/** A `#name` of the user's package.json that stands for a package: in a bundle there is no such package.json any more. */
export function packageOfName(specifier: string, folder: string): Target {
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
