interface Manifest {
  readonly dependencies?: object;
  readonly optionalDependencies?: object;
  readonly peerDependencies?: object;
}

interface Lock {
  readonly packages?: Readonly<Record<string, { readonly dev?: boolean }>>;
  /** Of version 1. */
  readonly dependencies?: Readonly<Record<string, { readonly dev?: boolean }>>;
}

/**
 * The names of the packages that an npm project has where its code can import them: by its lock file, else those that it
 * asks for itself. Undefined where one of the files does not parse: npm says better what is wrong with it.
 */
export function projectPackages(manifest: string, lock: string | undefined): readonly string[] | undefined {
  try {
    const names = lock === undefined ? askedFor(JSON.parse(manifest) as Manifest) : locked(JSON.parse(lock) as Lock);
    return [...new Set(names)].sort();
  } catch {
    return undefined;
  }
}

function askedFor({ dependencies = {}, optionalDependencies = {}, peerDependencies = {} }: Manifest): readonly string[] {
  return [dependencies, optionalDependencies, peerDependencies].flatMap((each) => Object.keys(each));
}

function locked({ packages, dependencies = {} }: Lock): readonly string[] {
  const folder = 'node_modules/';
  const listed = Object.entries(packages ?? dependencies).filter(([, each]) => each.dev !== true);
  if (!packages) return listed.map(([name]) => name);
  const names = listed.flatMap(([path]) => (path.startsWith(folder) ? [path.slice(folder.length)] : []));
  return names.filter((name) => !name.includes(`/${folder}`));
}
