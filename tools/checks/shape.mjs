import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolders, root } from '../sources.mjs';

const required = ['README.md', 'package.json', 'tsconfig.json', 'tsup.config.ts', 'vitest.config.ts', 'src', 'test'];

function checkManifest(folder, manifest, version) {
  const wrong = [];
  if (manifest.version !== version) wrong.push(`${folder}: version ${manifest.version} is not ${version}; all packages have one version`);
  if (manifest.license !== 'Apache-2.0') wrong.push(`${folder}: license is not Apache-2.0`);
  for (const [name, entry] of Object.entries(manifest.exports)) {
    if (typeof entry === 'object' && Object.keys(entry)[0] !== '@ambit/source')
      wrong.push(`${folder}: export ${name} does not begin with @ambit/source`);
  }
  for (const kind of ['dependencies', 'devDependencies', 'peerDependencies']) {
    for (const [name, range] of Object.entries(manifest[kind] ?? {})) {
      if (range !== 'catalog:' && range !== 'workspace:*')
        wrong.push(`${folder}: ${kind}.${name} is ${range}; take the version from the catalog`);
    }
  }
  return wrong;
}

/** Every package has the same shape. */
export function checkShape(base = root) {
  const version = JSON.parse(readFileSync(join(base, 'packages/ambit/package.json'), 'utf8')).version;
  return packageFolders(base).flatMap((folder) => [
    ...required.filter((name) => !existsSync(join(base, folder, name))).map((name) => `${folder}: ${name} is missing`),
    ...checkManifest(folder, JSON.parse(readFileSync(join(base, folder, 'package.json'), 'utf8')), version),
  ]);
}
