import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, root } from '../sources.mjs';

const code = /AMBIT_[A-Z]+(?:_[A-Z]+)+/g;
/** Variables of the environment look like codes and are none. */
const variables = new Set(['AMBIT_MACHINE_STATE']);

function codesInSources(base) {
  const found = new Map();
  for (const path of filesBelow(base)) {
    if (!/^(packages|plugins)\/[^/]+\/src\/.*\.ts$/.test(path)) continue;
    for (const [name] of readFileSync(join(base, path), 'utf8').matchAll(code))
      if (!variables.has(name) && !found.has(name)) found.set(name, path);
  }
  return found;
}

/** Each code that the sources know has its entry in docs/errors.md, and the reverse. */
export function checkErrorCatalogue(base = root) {
  const codes = codesInSources(base);
  const documented = new Set(
    [...readFileSync(join(base, 'docs/errors.md'), 'utf8').matchAll(/^### `(AMBIT_[A-Z_]+)`$/gm)].map((match) => match[1]),
  );
  return [
    ...[...codes].filter(([name]) => !documented.has(name)).map(([name, path]) => `${name} (${path}) is not in docs/errors.md`),
    ...[...documented].filter((name) => !codes.has(name)).map((name) => `docs/errors.md describes ${name}, which nothing raises`),
  ];
}
