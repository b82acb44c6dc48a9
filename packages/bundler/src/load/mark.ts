import { createRequire, isBuiltin } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { absentExports, absentNamespace, placeholder } from './placeholder.ts';
import type { MarkCall } from './recorder.ts';
import { LOADED } from './shared-globals.ts';

/** What the code of a loaded module calls: a mark, and by name what it would have of its own if it had not been bundled. */
export interface Mark extends MarkCall {
  /** `import.meta` of the module at this URL. */
  meta(url: string): ImportMeta;
  /** `require` of the module at this URL. */
  require(url: string): NodeJS.Require;
  /** What `import(specifier)` in the module at this URL means. */
  resolve(url: string, specifier: unknown): unknown;
  /** One name of a package that is not there. */
  absent(specifier: string, name: string, at: string): object;
  /** One name that a package does not have in the version that is there. */
  lacking(specifier: string, name: string, at: string): object;
  /** All of a package that is not there, as one object. */
  absentNamespace(specifier: string, at: string): object;
  /** All of a package that is not there, for `export *`. */
  absentExports(specifier: string, at: string): object;
}

export function createMark(call: MarkCall, wanted: readonly string[]): Mark {
  const metas = new Map<string, ImportMeta>();
  const meta = (url: string): ImportMeta => {
    const known = metas.get(url) ?? moduleMeta(url);
    metas.set(url, known);
    return known;
  };
  return Object.assign(call, {
    meta,
    require: createRequire,
    resolve: resolveFrom,
    absent: (specifier: string, name: string, at: string) => placeholder(specifier, name, at),
    lacking: (specifier: string, name: string, at: string) => placeholder(specifier, name, at, true),
    absentNamespace,
    absentExports: (specifier: string, at: string) => absentExports(specifier, at, wanted),
  });
}

function moduleMeta(url: string): ImportMeta {
  const filename = fileURLToPath(url);
  const resolve = (specifier: string): string => String(resolveFrom(url, specifier));
  const meta = Object.assign(Object.create(null) as ImportMeta, { url, filename, dirname: dirname(filename), resolve, main: false });
  return Object.defineProperty(meta, LOADED, { value: true });
}

/** Where nothing is found the specifier stays, and importing it fails as it would have. */
function resolveFrom(url: string, specifier: unknown): unknown {
  const text = String(specifier);
  if (/^\.{0,2}\//.test(text)) return new URL(text, url).href;
  if (isBuiltin(text) || /^[a-z][a-z0-9+.-]*:/i.test(text)) return specifier;
  try {
    return pathToFileURL(createRequire(url).resolve(text)).href;
  } catch {
    return specifier;
  }
}
