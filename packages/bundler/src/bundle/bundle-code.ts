import { AmbitError } from '@ambit/plugin-api';
import { build } from 'esbuild';
import type { BuildFailure, BuildResult, Metafile, Plugin } from 'esbuild';
import { loadedModules, targetOf } from '../slice/module-graph.ts';
import type { AssetUse, ModuleSyntax } from '../slice/module-syntax.ts';
import { printModule } from '../slice/print-module.ts';
import { ownModules } from '../slice/slice.ts';
import type { Slice } from '../slice/slice.ts';
import { isPackage } from '../specifiers.ts';
import { nameChunks } from './name-chunks.ts';
import { RESOLVING } from './resolving.ts';

export interface CodeFile {
  readonly path: string;
  readonly text: string;
}

export interface BundledCode {
  /** `entry.js`, its parts, and maps. */
  readonly files: readonly CodeFile[];
  /** Packages that the code imports, each with a file that does. */
  readonly packages: ReadonlyMap<string, string>;
}

const RUNTIME = '#ambit/runtime';

/** Makes one ES module of a slice. What is loaded later by the code itself becomes a module of its own. */
export async function bundleCode(slice: Slice, root: string, assets: ReadonlyMap<AssetUse, string>): Promise<BundledCode> {
  const own = ownModules(slice);
  const anchors = anchorsOf(own, slice);
  const result = await attempt(slice.environment, () =>
    build({
      absWorkingDir: root,
      outdir: root,
      stdin: { contents: entryText(own, anchors), resolveDir: root, sourcefile: 'ambit:entry' },
      entryNames: 'entry',
      chunkNames: 'chunk-[hash]',
      bundle: true,
      write: false,
      metafile: true,
      format: 'esm',
      platform: 'node',
      target: 'node20.19',
      ...RESOLVING,
      splitting: loadsModules(slice),
      treeShaking: true,
      minifySyntax: true,
      legalComments: 'none',
      charset: 'utf8',
      sourcemap: 'linked',
      sourcesContent: false,
      logLevel: 'silent',
      banner: { js: ambientNames(slice) },
      plugins: [slicing(slice, assets, anchors)],
    }),
  );
  return { files: nameChunks(result, root), packages: importedPackages(result.metafile) };
}

type Anchors = ReadonlyMap<ModuleSyntax, string>;

/** A module with tasks is wanted for what importing it does, whatever its package says. */
function anchorsOf(own: readonly ModuleSyntax[], { analysis }: Slice): Anchors {
  const anchored = own.filter(({ file }) => analysis.graph.freeOfEffects.has(file));
  return new Map(anchored.map((module, index) => [module, `__ambit_anchor${index}`]));
}

function slicing(slice: Slice, assets: ReadonlyMap<AssetUse, string>, anchors: Anchors): Plugin {
  const { modules } = slice.analysis.graph;
  return {
    name: 'ambit-slice',
    setup(plugin) {
      plugin.onResolve({ filter: /^[^./]/ }, ({ path, importer }) => outside(slice, path, modules.get(importer)));
      plugin.onLoad({ filter: /.*/, namespace: 'file' }, ({ path }) => {
        const module = modules.get(path);
        if (!module) return undefined;
        const anchor = anchors.get(module);
        return { contents: printModule(module, slice, { assets, ...(anchor && { anchor }) }), loader: 'default' };
      });
    },
  };
}

function entryText(own: readonly ModuleSyntax[], anchors: Anchors): string {
  return own
    .map((module) => {
      const anchor = anchors.get(module);
      return anchor ? `export { ${anchor} } from ${JSON.stringify(module.file)};` : `import ${JSON.stringify(module.file)};`;
    })
    .join('\n');
}

/** esbuild resolves the user's own modules itself: only then it knows their `tsconfig.json`. */
function outside({ analysis }: Slice, path: string, importer: ModuleSyntax | undefined): { path: string; external: true } | undefined {
  const target = importer && targetOf(analysis.graph, importer, path);
  if (path === 'ambit') return { path: RUNTIME, external: true };
  if (target?.kind === 'module') return undefined;
  if (target?.kind === 'package') return { path: target.specifier, external: true };
  return path.startsWith('#') ? undefined : { path, external: true };
}

function loadsModules({ analysis, code }: Slice): boolean {
  return [...code.values()]
    .flat()
    .some(({ module, loads }) => loads.some((load) => load.kind === 'import' && loadedModules(analysis.graph, module, load).length > 0));
}

/** What CommonJS has in every module, and the runners of TypeScript give to others too. */
function ambientNames({ code }: Slice): string {
  const names = new Set([...code.keys()].flatMap(({ ambient }) => [...ambient]));
  const lines = [
    ...(names.has('require') ? ['import { createRequire as __ambit_createRequire } from "node:module";'] : []),
    ...(names.has('require') ? ['const require = __ambit_createRequire(import.meta.url);'] : []),
    ...(names.has('__dirname') ? ['const __dirname = import.meta.dirname;'] : []),
    ...(names.has('__filename') ? ['const __filename = import.meta.filename;'] : []),
  ];
  return lines.join(' ');
}

function importedPackages({ inputs, outputs }: Metafile): ReadonlyMap<string, string> {
  const imported = new Set(
    Object.values(outputs).flatMap(({ imports }) => imports.filter(({ external }) => external).map(({ path }) => path)),
  );
  const packages = new Map<string, string>();
  for (const [file, { imports }] of Object.entries(inputs))
    for (const { path } of imports) if (imported.has(path) && isPackage(path) && !packages.has(path)) packages.set(path, file);
  return packages;
}

type Built = BuildResult<{ write: false; metafile: true }>;

async function attempt(environment: string, work: () => Promise<Built>): Promise<Built> {
  try {
    return await work();
  } catch (error) {
    const [first] = (error as Partial<BuildFailure>).errors ?? [];
    if (!first) throw error;
    const place = first.location ? `${first.location.file}:${first.location.line}: ` : '';
    throw new AmbitError('AMBIT_BUNDLE_FAILED', `The code of the environment ${environment} could not be bundled: ${place}${first.text}`, {
      hint: 'Correct the import or the syntax at that place.',
      facts: { environment, ...(first.location && { at: `${first.location.file}:${first.location.line}` }) },
      cause: error,
    });
  }
}
