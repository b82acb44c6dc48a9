import type { Digest, Layer } from '@ambit/plugin-api';
import type { InstalledPackage } from './package-set.ts';

export interface Indexes {
  readonly indexUrl?: string;
  readonly extraIndexUrls?: readonly string[];
  /** Names of what their addresses, or requirements, may mention. */
  readonly secrets?: readonly string[];
}

/** What one command installs into the environment of an image. */
export type PythonInstall =
  | { readonly kind: 'pip'; readonly packages: readonly InstalledPackage[]; readonly indexes: Indexes; readonly layer: number }
  | { readonly kind: 'requirements'; readonly files: Digest; readonly indexes: Indexes; readonly layer: number }
  | { readonly kind: 'uv-project'; readonly files: Digest; readonly groups: readonly string[]; readonly layer: number };

/**
 * The Python layers of an image as a sequence of installs: neighbours that name packages of the same indexes are one, so that
 * their requirements are weighed together. Of two layers that name one package, the later wins. Within an install packages are
 * sorted, since their order means nothing.
 */
export function pythonInstalls(layers: readonly Layer[]): readonly PythonInstall[] {
  let installs: readonly PythonInstall[] = [];
  for (const [index, layer] of layers.entries()) {
    switch (layer.kind) {
      case 'pip': {
        const packages = [...new Set(layer.specs)].map((spec) => installed(spec, index));
        installs = joined(withoutNamed(installs, packages), { kind: 'pip', packages, indexes: indexesOf(layer), layer: index });
        break;
      }
      case 'requirements':
        installs = [...installs, { kind: 'requirements', files: layer.files, indexes: indexesOf(layer), layer: index }];
        break;
      case 'uv-project':
        installs = [...installs, { kind: 'uv-project', files: layer.files, groups: [...layer.groups].sort(), layer: index }];
        break;
      default:
        break;
    }
  }
  return installs;
}

/** Normalised as indexes do it: `Foo.Bar` and `foo-bar` are one package. Undefined for an address. */
export function pipName(spec: string): string | undefined {
  const name = /^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\]\s*)?(?:$|[<>=!~;@(])/.exec(spec)?.[1];
  return name?.toLowerCase().replace(/[-_.]+/g, '-');
}

function installed(spec: string, layer: number): InstalledPackage {
  const name = pipName(spec);
  return { ...(name === undefined ? {} : { name }), spec: spec.trim(), layer };
}

function withoutNamed(installs: readonly PythonInstall[], packages: readonly InstalledPackage[]): readonly PythonInstall[] {
  const names = new Set(packages.flatMap(({ name }) => name ?? []));
  return installs.flatMap((install): readonly PythonInstall[] => {
    if (install.kind !== 'pip') return [install];
    const left = install.packages.filter(({ name }) => name === undefined || !names.has(name));
    return left.length > 0 ? [{ ...install, packages: left }] : [];
  });
}

function joined(installs: readonly PythonInstall[], next: Extract<PythonInstall, { kind: 'pip' }>): readonly PythonInstall[] {
  const last = installs.at(-1);
  const isOne = last?.kind === 'pip' && JSON.stringify(last.indexes) === JSON.stringify(next.indexes);
  const packages = [...(isOne ? last.packages : []), ...next.packages].sort((a, b) => (a.spec < b.spec ? -1 : 1));
  return [...(isOne ? installs.slice(0, -1) : installs), { ...next, packages }];
}

function indexesOf({ indexUrl, extraIndexUrls, secrets }: Indexes): Indexes {
  return {
    ...(indexUrl === undefined ? {} : { indexUrl }),
    ...(extraIndexUrls?.length ? { extraIndexUrls } : {}),
    ...(secrets?.length ? { secrets } : {}),
  };
}
