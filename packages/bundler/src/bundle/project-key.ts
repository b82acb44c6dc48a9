import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Digest } from '@ambit/plugin-api';
import type { Observed } from '../observation.ts';
import { pathIn } from '../paths.ts';
import { digestOf } from './digest.ts';

/** Counts what a bundle of the same code would be another for, between releases. */
const FORMAT = 4;

/** All that decides what bundles of a project are, wherever it lies. */
export function projectKey({ entry, root, sources, observations }: Observed): Digest {
  const seen = observations.map(({ site, made }) => [pathIn(root, site.file), site.start, site.end, site.at, made]);
  return digestOf(JSON.stringify([FORMAT, packageVersion(), sources, pathIn(root, entry), seen]));
}

let version: string | undefined;

function packageVersion(): string {
  version ??= readVersion(new URL('.', import.meta.url));
  return version;
}

/** Of the nearest `package.json`: built or not, that is this package's. */
function readVersion(folder: URL): string {
  const file = fileURLToPath(new URL('package.json', folder));
  if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  return readVersion(new URL('..', folder));
}
