import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BundleFacts, PackageUse } from '@ambit/core';

type Manifest = Readonly<Record<string, unknown>>;

const lists = ['dependencies', 'optionalDependencies', 'peerDependencies', 'devDependencies'];

/** What the user asks for of each package: the range in the `package.json` nearest to the module that imports it. */
export function wantedVersions(uses: readonly PackageUse[], root: string): NonNullable<BundleFacts['wants']> {
  const manifests = new Map<string, Manifest>();
  const wants: Record<string, string> = {};
  for (const { name, chain } of uses) {
    const place = chain.at(-1);
    if (place === undefined || Object.hasOwn(wants, name)) continue;
    const folder = dirname(join(root, place));
    const manifest = manifests.get(folder) ?? nearestManifest(folder);
    manifests.set(folder, manifest);
    const range = lists.map((list) => entryOf(manifest[list], name)).find((each) => each !== undefined);
    if (range !== undefined) wants[name] = range;
  }
  return wants;
}

function nearestManifest(folder: string): Manifest {
  for (let at = folder; ; at = dirname(at)) {
    const manifest = manifestIn(at);
    if (manifest) return manifest;
    if (at === dirname(at)) return {};
  }
}

function manifestIn(folder: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  } catch {
    return undefined;
  }
}

function entryOf(list: unknown, name: string): string | undefined {
  if (typeof list !== 'object' || list === null || !Object.hasOwn(list, name)) return undefined;
  const range = (list as Readonly<Record<string, unknown>>)[name];
  return typeof range === 'string' ? range : undefined;
}
