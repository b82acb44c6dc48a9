/** `name`, `@scope/name`, with or without `@version`; an alias (`name@npm:other`) is the name it gives. */
const namedNpm = /^((?:@[^/@\s]+\/)?[^/@:\s]+)(?:@(.*))?$/s;

/** The name under which npm installs a package; `undefined` where only its content tells it: a folder, a tarball, a repository. */
export function npmPackageName(spec: string): string | undefined {
  const [, name, version] = namedNpm.exec(spec) ?? [];
  const isPath = version === undefined && (spec.startsWith('.') || /\.(tgz|tar|tar\.gz)$/.test(spec));
  return isPath ? undefined : name;
}

/** The path of a spec that names a file or folder of the user's. */
export function npmLocalPath(spec: string): string | undefined {
  const source = npmPackageName(spec) === undefined ? spec : (namedNpm.exec(spec)?.[2] ?? '');
  if (source.startsWith('file:')) return source.slice('file:'.length).replace(/^\/\/(?=\/)/, '');
  return /^(\.{0,2}\/|\.{1,2}$)/.test(source) ? source : undefined;
}

/** Normalised as PyPI does it: `Foo.Bar` and `foo-bar` are one package. `undefined` for a path or an address. */
export function pipPackageName(spec: string): string | undefined {
  const name = /^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\]\s*)?(?:$|[<>=!~;@(])/.exec(spec)?.[1];
  return name?.toLowerCase().replace(/[-_.]+/g, '-');
}
