import { dirname, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { OnLoadArgs, OnLoadResult, OnResolveArgs, OnResolveResult, Plugin } from 'esbuild';
import { readTracked } from '../inputs.ts';
import type { TrackedFile } from '../inputs.ts';
import type { MarkedSite, Unprovided } from '../prepared-project.ts';
import { boundNames } from './bound-names.ts';
import { markModule } from './mark-module.ts';
import { moduleImports } from './module-imports.ts';
import type { ModuleImports } from './module-imports.ts';
import { createResolver, resolving } from './package-resolver.ts';
import type { PackageResolver, Resolution, Resolved } from './package-resolver.ts';
import { parseModule, placeAt, scriptFile } from './parsed-module.ts';
import type { ParsedModule } from './parsed-module.ts';
import { partialPackage, standIn } from './stand-ins.ts';

/** What was seen of a project while esbuild went through it. */
export interface ProjectReading {
  readonly plugin: Plugin;
  readonly files: ReadonlyMap<string, TrackedFile>;
  readonly modules: ReadonlyMap<string, ReadModule>;
  readonly sites: readonly MarkedSite[];
  resolved(): readonly Resolved[];
}

export interface ReadModule {
  readonly syntax: ParsedModule;
  readonly imports: ModuleImports;
  readonly packages: ReadonlyMap<string, Resolution>;
}

const STAND_IN = 'ambit-stand-in';

export interface ReadingOptions {
  readonly root: string;
  /** `file:` URL of the `ambit` to take where none is installed. */
  readonly ambit?: string;
  readonly unprovided: readonly Unprovided[];
}

/** Marks modules on their way into the bundle, and says what their imports mean. */
export function readProject({ root, ambit, unprovided }: ReadingOptions): ProjectReading {
  const files = new Map<string, TrackedFile>();
  const modules = new Map<string, ReadModule>();
  const sites: MarkedSite[] = [];
  let resolver: PackageResolver | undefined;

  const load = async ({ path }: OnLoadArgs): Promise<OnLoadResult | undefined> => {
    const tracked = readTracked(path);
    if (!tracked) return undefined;
    files.set(path, tracked.file);
    const result = { contents: tracked.text, loader: 'default', resolveDir: dirname(path) } as const;
    const syntax = scriptFile.test(path) ? parseModule(path, relative(root, path), tracked.text) : undefined;
    if (!syntax) return result;
    const bound = boundNames(syntax);
    const imports = moduleImports(syntax, bound);
    const resolutions = [...imports.packages].map(
      async ([specifier, kind]) => [specifier, await resolver!.resolve(specifier, dirname(path), kind)] as const,
    );
    const packages = new Map(await Promise.all(resolutions));
    modules.set(path, { syntax, imports, packages });
    const marked = markModule(syntax, bound, imports, packages);
    sites.push(...marked.sites);
    return { ...result, contents: marked.code };
  };

  const resolve = async (args: OnResolveArgs): Promise<OnResolveResult | undefined> => {
    if (args.pluginData === resolving || args.kind === 'entry-point') return undefined;
    if (args.path.startsWith('file:')) return { path: args.path, external: true };
    const resolution = await resolver!.resolve(args.path, args.resolveDir, args.kind);
    if (resolution.kind === 'missing' && args.kind === 'import-statement') return standInFor(args);
    if (resolution.kind === 'missing' || resolution.kind === 'builtin') return { path: args.path, external: true };
    if (resolution.kind !== 'package') return undefined;
    const url = pathToFileURL(resolution.path).href;
    const isPartial = args.kind === 'import-statement' && unprovided.some((lack) => lack.url === url);
    return isPartial ? standInFor(args, resolution.path) : { path: args.kind.startsWith('require') ? resolution.path : url, external: true };
  };

  const standInFor = ({ path, importer }: OnResolveArgs, installed?: string): OnResolveResult => ({
    path: `${path} for ${relative(root, importer)}`,
    namespace: STAND_IN,
    pluginData: { specifier: path, importer, installed },
  });

  const plugin: Plugin = {
    name: 'ambit-load',
    setup(build) {
      resolver = createResolver(build, ambit);
      build.onResolve({ filter: /^[^./]/ }, resolve);
      build.onLoad({ filter: /.*/, namespace: 'file' }, load);
      build.onLoad({ filter: /.*/, namespace: STAND_IN }, ({ pluginData }) => standInCode(modules, unprovided, pluginData as StandInData));
    },
  };
  return { plugin, files, modules, sites, resolved: () => resolver?.resolved() ?? [] };
}

interface StandInData {
  readonly specifier: string;
  readonly importer: string;
  /** Where the package is, if it only lacks names. */
  readonly installed?: string;
}

function standInCode(modules: ProjectReading['modules'], unprovided: readonly Unprovided[], data: StandInData): OnLoadResult {
  const { specifier, importer, installed } = data;
  const module = modules.get(importer);
  const names = [...(module?.imports.names.get(specifier) ?? [])];
  const asked = { specifier, at: module ? importPlace(module.syntax, specifier) : '', names };
  const star = module?.imports.stars.has(specifier) === true;
  const contents = installed === undefined ? standIn(asked, star) : partialPackage(asked, installed, unprovided);
  return { contents, loader: 'js', resolveDir: dirname(importer) };
}

function importPlace({ program, ...module }: ParsedModule, specifier: string): string {
  const statement = program.body.find((each) => 'source' in each && each.source?.value === specifier);
  return placeAt({ program, ...module }, statement?.start ?? 0);
}
