import { pathToFileURL } from 'node:url';
import type { Unprovided } from '../prepared-project.ts';
import { markName } from './mark-name.ts';

/** The export of a stand-in that is the package as a whole. */
export const wholeName = '__ambit_whole';

/** What a module asks of a package. */
export interface Asked {
  readonly specifier: string;
  /** Place of the import. */
  readonly at: string;
  /** `*`: all of it. */
  readonly names: readonly string[];
}

/** Code of a module in place of a package that is not installed: each name asked for is a placeholder. */
export function standIn({ specifier, at, names }: Asked, star: boolean): string {
  const about = `${JSON.stringify(specifier)}, ${JSON.stringify(at)}`;
  // CommonJS, so that esbuild does not ask which names it has.
  if (star) return `module.exports = ${markName}.absentExports(${about});`;
  const placeholders = placeholderExports({ specifier, at, names: names.filter((name) => name !== '*') }, 'absent');
  return [...placeholders, `export const ${wholeName} = ${markName}.absentNamespace(${about});`].join('\n');
}

/** A package that is there, with placeholders for the names that its version here does not have. */
export function partialPackage({ specifier, at, names }: Asked, path: string, unprovided: readonly Unprovided[]): string {
  const url = JSON.stringify(pathToFileURL(path).href);
  const lacking = unprovided.filter((lack) => JSON.stringify(lack.url) === url).map((lack) => lack.name);
  // By name, so that Node says if more are lacking.
  const provided = names
    .filter((name) => name !== '*' && !lacking.includes(name))
    .map((name) => `export { ${JSON.stringify(name)} } from ${url};`);
  const all = names.includes('*') ? [`export * from ${url};`] : [];
  return [...all, ...provided, ...placeholderExports({ specifier, at, names: lacking }, 'lacking')].join('\n');
}

function placeholderExports({ specifier, at, names }: Asked, kind: 'absent' | 'lacking'): readonly string[] {
  return names.map((name, index) => {
    const value = `${markName}.${kind}(${[specifier, name, at].map((each) => JSON.stringify(each)).join(', ')})`;
    return `const name${index} = ${value}; export { name${index} as ${JSON.stringify(name)} };`;
  });
}
