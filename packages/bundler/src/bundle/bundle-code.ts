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
import type { CodeFile } from './name-chunks.ts';
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

/**
 * Makes one ES module of each slice. What is loaded later by the code itself becomes a module of its own. Slices that are simple
 * enough are joined by one run of esbuild, in which a suffix tells their modules apart.
 */
export async function bundleCode(cuts: readonly Cut[], root: string): Promise<readonly PromiseSettledResult<BundledCode>[]> {
  const shared = cuts.filter(({ slice }) => isSimple(slice));
  const together = shared.length > 1 ? await join(shared, root).catch(() => []) : [];
  const made = new Map(together.map((code, index) => [shared[index], code]));
  return Promise.allSettled(cuts.map((cut) => made.get(cut) ?? joinOne(cut, root)));
}

/** Its modules are imported by statements only, and by paths to which something can be added. */
function isSimple({ analysis, code }: Slice): boolean {
  return [...code].every(([module, units]) => {
    const loads = units.flatMap((unit) => unit.loads);
    return module.ambient.size === 0 && !/[?#]/.test(module.file) && loads.every((load) => loadedModules(analysis.graph, module, load).length === 0);
  });
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
  const suffixes = cuts.map((_, index) => (cuts.length === 1 ? '' : `?ambit-slice-${index}`));
  const result = await build({
    absWorkingDir: root,
    outdir: root,
    entryPoints: cuts.map((_, index) => ({ in: `${ENTRY}:${index}`, out: `entry-${index}` })),
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
    plugins: [slicing(cuts, suffixes)],
  });
  return suffixes.map((suffix, index) => codeOf(result, `entry-${index}`, suffix, root));
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
