import { dirname, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { OnLoadArgs, OnLoadResult, OnResolveArgs, OnResolveResult, Plugin } from 'esbuild';
import { parseModule, placeAt, scriptFile } from '../../syntax/parsed-module.ts';
import type { ParsedModule } from '../../syntax/parsed-module.ts';
import { keepSyntax } from '../../syntax/recent-syntax.ts';
import { readTracked } from '../inputs.ts';
import type { TrackedFile } from '../inputs.ts';
import type { MarkedSite, Unprovided } from '../prepared-project.ts';
import { boundNames } from './bound-names.ts';
import { markModule } from './mark-module.ts';
import { moduleImports, sourceOf } from './module-imports.ts';
import type { ModuleImports } from './module-imports.ts';
import { createResolver, resolving } from './package-resolver.ts';
import type { PackageResolver, Resolution, Resolved } from './package-resolver.ts';
import { partialPackage, standIn } from './stand-ins.ts';

export interface ReadModule {
  readonly syntax: ParsedModule;
  readonly imports: ModuleImports;
  readonly packages: ReadonlyMap<string, Resolution>;
}

export interface ReadingOptions {
  readonly root: string;
  /** `file:` URL of the `ambit` to take where none is installed. */
  readonly ambit: string | undefined;
  readonly unprovided: readonly Unprovided[];
}

interface StandInData {
  readonly specifier: string;
  readonly importer: string;
  /** Where the package is, if it only lacks names. */
  readonly installed: string | undefined;
}

/** What esbuild imports itself where a module has JSX. */
const addedForJsx = ['jsx', 'jsxs', 'jsxDEV', 'Fragment', 'createElement'];
const STAND_IN = 'ambit-stand-in';

/** Marks modules on their way into the bundle, says what their imports mean, and remembers what it saw. */
export class ProjectReading {
  readonly files = new Map<string, TrackedFile>();
  readonly modules = new Map<string, ReadModule>();
  readonly sites: MarkedSite[] = [];
  readonly #options: ReadingOptions;
  #resolver: PackageResolver | undefined;

  constructor(options: ReadingOptions) {
    this.#options = options;
  }

  readonly plugin: Plugin = {
    name: 'ambit-load',
    setup: (build) => {
      this.#resolver = createResolver(build, this.#options.root, this.#options.ambit);
      build.onResolve({ filter: /^[^./]/ }, (args) => this.#resolve(args));
      build.onLoad({ filter: /.*/, namespace: 'file' }, (args) => this.#load(args));
      build.onLoad({ filter: /.*/, namespace: STAND_IN }, ({ pluginData }) => this.#standIn(pluginData as StandInData));
    },
  };

  get resolved(): readonly Resolved[] {
    return this.#resolver?.resolved() ?? [];
  }

  async #load({ path }: OnLoadArgs): Promise<OnLoadResult | undefined> {
    const tracked = readTracked(path);
    if (!tracked) return undefined;
    this.files.set(path, tracked.file);
    const syntax = scriptFile.test(path) ? parseModule(path, this.#options.root, tracked.text) : undefined;
    const contents = syntax && syntax.program.body.length > 0 ? await this.#mark(syntax) : tracked.text;
    return { contents, loader: 'default', resolveDir: dirname(path) };
  }

  async #mark(syntax: ParsedModule): Promise<string> {
    const bound = boundNames(syntax);
    const imports = moduleImports(syntax, bound);
    const folder = dirname(syntax.file);
    const resolutions = [...imports.packages].map(
      async ([specifier, kind]) => [specifier, await this.#resolver!.resolve(specifier, folder, kind)] as const,
    );
    const packages = new Map(await Promise.all(resolutions));
    this.modules.set(syntax.file, { syntax, imports, packages });
    keepSyntax(syntax);
    const { code, sites } = markModule(syntax, bound, imports, packages);
    this.sites.push(...sites);
    return code;
  }

  async #resolve(args: OnResolveArgs): Promise<OnResolveResult | undefined> {
    if (args.pluginData === resolving || args.kind === 'entry-point') return undefined;
    if (args.path.startsWith('file:')) return { path: args.path, external: true };
    const resolution = await this.#resolver!.resolve(args.path, args.resolveDir, args.kind);
    const isStatement = args.kind === 'import-statement';
    switch (resolution.kind) {
      case 'builtin':
        return { path: args.path, external: true };
      case 'missing':
        return isStatement ? this.#standInFor(args) : { path: args.path, external: true };
      case 'package': {
        const url = pathToFileURL(resolution.path).href;
        if (isStatement && this.#options.unprovided.some((lack) => lack.url === url)) return this.#standInFor(args, resolution.path);
        return { path: args.kind.startsWith('require') ? resolution.path : url, external: true };
      }
      default:
        return undefined;
    }
  }

  #standInFor({ path, importer }: OnResolveArgs, installed?: string): OnResolveResult {
    const pluginData: StandInData = { specifier: path, importer, installed };
    return { path: `${path} for ${relative(this.#options.root, importer)}`, namespace: STAND_IN, pluginData };
  }

  #standIn({ specifier, importer, installed }: StandInData): OnLoadResult {
    const { syntax, imports } = this.modules.get(importer)!;
    const asked = { specifier, at: importPlace(syntax, specifier), names: [...(imports.names.get(specifier) ?? [])] };
    const contents =
      installed === undefined
        ? standIn({ ...asked, names: [...new Set([...asked.names, ...addedForJsx])] }, imports.stars.has(specifier))
        : partialPackage(asked, installed, this.#options.unprovided);
    return { contents, loader: 'js', resolveDir: dirname(importer) };
  }
}

function importPlace(module: ParsedModule, specifier: string): string {
  const statement = module.program.body.find((each) => sourceOf(each) === specifier);
  return placeAt(module, statement?.start ?? 0);
}
