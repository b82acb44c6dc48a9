import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import prettier from 'prettier';
import { tsImport } from 'tsx/esm/api';
import { filesBelow, root } from '../sources.mjs';

const code = /AMBIT_(?:USAGE|INTERNAL|[A-Z]+(?:_[A-Z]+)+)\b/g;
const catalogueFile = 'packages/ambit/src/errors/catalogue.ts';
/** Variables of the environment look like codes and are none. */
const variables = /^AMBIT_(WORKER|STATE|MACHINE_STATE|CACHE|CONFIG|PROFILE|BUILDER|EXECUTOR)$/;

function codesInSources(base) {
  const found = new Map();
  for (const path of filesBelow(base)) {
    if (!/^(packages|plugins)\/[^/]+\/src\/.*\.ts$/.test(path) || path.startsWith('packages/ambit/src/errors/')) continue;
    const text = readFileSync(join(base, path), 'utf8');
    for (const [name] of text.matchAll(code)) if (!variables.test(name) && !found.has(name)) found.set(name, path);
  }
  return found;
}

async function catalogue(base) {
  return tsImport(pathToFileURL(join(base, catalogueFile)).href, import.meta.url);
}

/** The page of all codes, as it should be. */
export async function errorPage(base = root) {
  const { SECTIONS } = await catalogue(base);
  const sections = SECTIONS.map(
    ([title, entries]) =>
      `## ${title}\n\n${Object.entries(entries)
        .map(([name, { when, fix }]) => `### \`${name}\`\n\n${when} **What to do:** ${fix}\n`)
        .join('\n')}`,
  );
  const intro = `# Errors

Every error of Ambit has a code, a sentence that says what failed, on what and why, and a hint. \`ambit explain CODE\` prints what stands here.
This page is made from the code: \`node tools/errors.mjs\`.

`;
  return prettier.format(intro + sections.join('\n'), { parser: 'markdown', printWidth: 140 });
}

/** Each code that the sources know is in the catalogue, and the reverse; the page says the same. */
export async function checkErrorCatalogue(base = root) {
  const codes = codesInSources(base);
  const known = new Set(Object.keys((await catalogue(base)).CATALOGUE));
  const page = readFileSync(join(base, 'docs/errors.md'), 'utf8');
  return [
    ...[...codes].filter(([name]) => !known.has(name)).map(([name, path]) => `${name} (${path}) is not in ${catalogueFile}`),
    ...[...known].filter((name) => !codes.has(name)).map((name) => `${catalogueFile} describes ${name}, which nothing raises`),
    ...(page === (await errorPage(base)) ? [] : ['docs/errors.md is not what the catalogue says: node tools/errors.mjs']),
  ];
}
