import { AmbitError } from '@ambit/plugin-api';
import { build } from 'esbuild';
import type { BuildFailure, Metafile, Plugin } from 'esbuild';
import { pathIn } from '../paths.ts';
import { loadedModules, targetOf } from '../slice/module-graph.ts';
import type { AssetUse, ModuleSyntax } from '../slice/module-syntax.ts';
import { printModule } from '../slice/print-module.ts';
import { ownModules } from '../slice/slice.ts';
import type { Slice } from '../slice/slice.ts';
import { isPackage } from '../specifiers.ts';
import { filesOf } from './bundle-files.ts';
import type { BundleOutput, CodeFile } from './bundle-files.ts';
import { RESOLVING } from './resolving.ts';

/** A slice, and what the literals of its files beside modules become. */
export interface Cut {
  readonly slice: Slice;
  readonly assets: ReadonlyMap<AssetUse, string>;
}

export interface BundledCode {
  /** `entry.js`, its parts, and maps. */
  readonly files: readonly CodeFile[];
  /** Packages that the code imports, each with a file that does. */
  readonly packages: ReadonlyMap<string, string>;
}

const RUNTIME = '#ambit/runtime';
const ENTRY = 'ambit-entry';
const SUFFIX = '?ambit-slice-';

/**
 * Makes one ES module of each slice. What is loaded later by the code itself becomes a module of its own. Slices that are simple
 * enough are joined by one run of esbuild, in which a suffix tells their modules apart.
 */
export async function bundleCode(cuts: readonly Cut[], root: string): Promise<readonly PromiseSettledResult<BundledCode>[]> {
  const shared = cuts.filter(({ slice }) => isSimple(slice));
  const together = shared.length > 1 ? await join(shared, root).catch(() => []) : [];
  const made = new Map(together.map((code, index) => [shared[index], code]));
  return Promise.allSettled(cuts.map(async (cut) => made.get(cut) ?? joinOne(cut, root)));
}

/** Its modules are imported by statements only, and something can be added to their paths. */
function isSimple({ analysis, code }: Slice): boolean {
  return [...code].every(([module, units]) => {
    const loads = units.flatMap((unit) => unit.loads);
    return takesSuffix(module) && loads.every((load) => loadedModules(analysis.graph, module, load).length === 0);
  });
}

const suffixable = new WeakMap<ModuleSyntax, boolean>();

function takesSuffix(module: ModuleSyntax): boolean {
  let known = suffixable.get(module);
  if (known === undefined) {
    known = module.ambient.size === 0 && !/[?#]/.test(module.file) && !module.source.includes(SUFFIX);
    suffixable.set(module, known);
  }
  return known;
}

async function joinOne(cut: Cut, root: string): Promise<BundledCode> {
  const { environment } = cut.slice;
  try {
    const [code] = await join([cut], root);
    return code!;
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

async function join(cuts: readonly Cut[], root: string): Promise<readonly BundledCode[]> {
  const outputs = cuts.map((_, index): BundleOutput =>
    cuts.length === 1 ? { name: 'entry', suffix: '' } : { name: `entry-${index}`, suffix: `${SUFFIX}${index}` },
  );
  const result = await build({
    absWorkingDir: root,
    outdir: root,
    entryPoints: outputs.map(({ name }, index) => ({ in: `${ENTRY}:${index}`, out: name })),
    chunkNames: 'chunk-[hash]',
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    ...RESOLVING,
    splitting: cuts.some(({ slice }) => loadsModules(slice)),
    treeShaking: true,
    minifySyntax: true,
    legalComments: 'none',
    charset: 'utf8',
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'silent',
    banner: { js: ambientNames(cuts) },
    plugins: [
      slicing(
        cuts,
        outputs.map(({ suffix }) => suffix),
      ),
    ],
  });
  const files = new Map(result.outputFiles.map((file) => [pathIn(root, file.path), file]));
  return outputs.map((output) => ({ files: filesOf(files, result.metafile, output), packages: importedPackages(result.metafile, output) }));
}

function slicing(cuts: readonly Cut[], suffixes: readonly string[]): Plugin {
  const own = cuts.map(({ slice }) => ownModules(slice));
  const anchors = cuts.map(({ slice }, index) => anchorsOf(own[index]!, slice));
  const [{ slice }] = cuts as [Cut];
  const { modules } = slice.analysis.graph;
  return {
    name: 'ambit-slice',
    setup(plugin) {
      plugin.onResolve({ filter: new RegExp(`^${ENTRY}:`) }, ({ path }) => ({ path: path.slice(ENTRY.length + 1), namespace: ENTRY }));
      plugin.onLoad({ filter: /.*/, namespace: ENTRY }, ({ path }) => {
        const index = Number(path);
        return { contents: entryText(own[index]!, anchors[index]!, suffixes[index]!), resolveDir: '/' };
      });
      plugin.onResolve({ filter: /^[^./]/ }, ({ path, importer }) => outside(slice, withoutSuffix(path), modules.get(importer)));
      plugin.onLoad({ filter: /.*/, namespace: 'file' }, ({ path, suffix }) => {
        const module = modules.get(path);
        const index = suffixes.indexOf(suffix);
        const cut = cuts[index];
        if (!cut) return { errors: [{ text: `${path} is of no slice` }] };
        if (!module) return undefined;
        const anchor = anchors[index]!.get(module);
        const options = { assets: cut.assets, ...(anchor && { anchor }), ...(suffix && { suffix }) };
        return { contents: printModule(module, cut.slice, options), loader: 'default' };
      });
    },
  };
}

type Anchors = ReadonlyMap<ModuleSyntax, string>;

/** A module with tasks is wanted for what importing it does, whatever its package says. */
function anchorsOf(own: readonly ModuleSyntax[], { analysis }: Slice): Anchors {
  const anchored = own.filter(({ file }) => analysis.graph.freeOfEffects.has(file));
  return new Map(anchored.map((module, index) => [module, `__ambit_anchor${index}`]));
}

function entryText(own: readonly ModuleSyntax[], anchors: Anchors, suffix: string): string {
  return own
    .map((module) => {
      const anchor = anchors.get(module);
      const source = JSON.stringify(module.file + suffix);
      return anchor ? `export { ${anchor} } from ${source};` : `import ${source};`;
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

function withoutSuffix(path: string): string {
  const end = path.lastIndexOf(SUFFIX);
  return end === -1 ? path : path.slice(0, end);
}

function loadsModules({ analysis, code }: Slice): boolean {
  return [...code.values()]
    .flat()
    .some(({ module, loads }) => loads.some((load) => load.kind === 'import' && loadedModules(analysis.graph, module, load).length > 0));
}

/** What CommonJS has in every module, and the runners of TypeScript give to others too. */
function ambientNames(cuts: readonly Cut[]): string {
  const names = new Set(cuts.flatMap(({ slice }) => [...slice.code.keys()].flatMap(({ ambient }) => [...ambient])));
  const lines = [
    ...(names.has('require') ? ['import { createRequire as __ambit_createRequire } from "node:module";'] : []),
    ...(names.has('require') ? ['const require = __ambit_createRequire(import.meta.url);'] : []),
    ...(names.has('__dirname') ? ['const __dirname = import.meta.dirname;'] : []),
    ...(names.has('__filename') ? ['const __filename = import.meta.filename;'] : []),
  ];
  return lines.join(' ');
}

function importedPackages({ inputs, outputs }: Metafile, { name, suffix }: BundleOutput): ReadonlyMap<string, string> {
  const own = suffix === '' ? Object.values(outputs) : [outputs[`${name}.js`]];
  const external = own.flatMap((output) => output?.imports.filter((each) => each.external) ?? []);
  const imported = new Set(external.map(({ path }) => path).filter(isPackage));
  const packages = new Map<string, string>();
  if (imported.size === 0) return packages;
  for (const [file, { imports }] of Object.entries(inputs))
    if (file.endsWith(suffix))
      for (const { path } of imports) if (imported.has(path) && !packages.has(path)) packages.set(path, withoutSuffix(file));
  return packages;
}
