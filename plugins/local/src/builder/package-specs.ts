import { resolve } from 'node:path';
import type { Layer } from '@ambit/plugin-api';

/** A package as npm is asked for it. */
export interface PackageSpec {
  /** Absent where only its content tells it: a folder, a tarball, a repository. */
  readonly name?: string;
  readonly spec: string;
  /** Index of the layer that has the last word on it. */
  readonly layer: number;
}

/**
 * What all npm layers come to: of two that name one package, the later wins. Sorted, since the order of a set means nothing.
 * `nameOfFolder` tells the name of the package in a folder.
 */
export async function flattenedSpecs(
  layers: readonly Layer[],
  nameOfFolder: (path: string) => Promise<string | undefined>,
): Promise<readonly PackageSpec[]> {
  const specs = new Map<string, PackageSpec>();
  for (const [index, layer] of layers.entries()) {
    if (layer.kind !== 'npm') continue;
    for (const each of layer.specs) {
      const spec = absolute(each);
      const name = nameOf(spec) ?? (spec.startsWith('file:') ? await nameOfFolder(spec.slice('file:'.length)) : undefined);
      specs.set(name ?? spec, { ...(name === undefined ? {} : { name }), spec, layer: index });
    }
  }
  return [...specs.values()].sort((a, b) => (a.spec < b.spec ? -1 : 1));
}

/** `@scope/name` and `name`, with or without `@version`; an alias is the name it gives. */
function nameOf(spec: string): string | undefined {
  const match = /^((?:@[^/@\s]+\/)?[^/@:\s]+)(?:@.*)?$/.exec(spec);
  const name = match?.[1];
  return name?.startsWith('.') || spec.endsWith('.tgz') ? undefined : name;
}

/** npm resolves a relative path from where it runs, which is a folder of ours. */
function absolute(spec: string): string {
  if (/^\.{0,2}\//.test(spec)) return `file:${resolve(spec)}`;
  const path = /^(?:.*@)?file:(.*)$/.exec(spec)?.[1];
  return path === undefined ? spec : `${spec.slice(0, spec.length - path.length)}${resolve(path)}`;
}
