import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import type { PluginBuild } from 'esbuild';
import type { Observation, Observed } from '../observation.ts';
import { evaluationOrder } from '../slice/evaluation-order.ts';
import { moduleOf, specifiersOf, staticImports } from '../slice/module-graph.ts';
import type { ModuleGraph, Target } from '../slice/module-graph.ts';
import type { ModuleSyntax } from '../slice/module-syntax.ts';
import { readModule } from '../slice/read-module.ts';
import { RESOLVING, resolveImport } from './resolve-import.ts';

type Draft = ModuleGraph & {
  readonly modules: Map<string, ModuleSyntax>;
  readonly targets: Map<string, ReadonlyMap<string, Target>>;
  readonly freeOfEffects: Set<string>;
};

/** Reads all modules of the user's that the entry leads to. esbuild resolves, so that loading and bundling see the same files. */
export async function readProject(observed: Observed): Promise<ModuleGraph> {
  const graph: Draft = { observations: observed.observations, modules: new Map(), targets: new Map(), order: [], freeOfEffects: new Set() };
  const starts = [...new Set([observed.entry, ...observed.observations.map(({ site }) => site.file)])];
  const read = await withResolver(observed.root, (resolver) => readAll(graph, starts, observed, resolver));
  if (read.error) throw read.error;
  const order = evaluationOrder(starts, (file) => importedFiles(graph, file));
  return { ...graph, order };
}

/** Only a running build resolves: this one has nothing to bundle. */
async function withResolver(root: string, work: (resolver: PluginBuild) => Promise<void>): Promise<{ error?: Error }> {
  const outcome: { error?: Error } = {};
  const setup = (resolver: PluginBuild): void => {
    resolver.onStart(async () => {
      await work(resolver).catch((error: unknown) => {
        outcome.error = error as Error;
      });
    });
  };
  await build({
    absWorkingDir: root,
    stdin: { contents: '', resolveDir: root },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    ...RESOLVING,
    logLevel: 'silent',
    plugins: [{ name: 'ambit-resolve', setup }],
  });
  return outcome;
}

async function readAll(graph: Draft, starts: readonly string[], observed: Observed, resolver: PluginBuild): Promise<void> {
  const observations = byFile(observed.observations);
  let targets = await Promise.all(starts.map((file) => resolveImport(resolver, file, file)));
  for (let open = newFiles(graph, targets); open.length > 0; open = newFiles(graph, targets)) {
    const found = await Promise.all(open.map((file) => readOne(file, observed.root, observations.get(file) ?? [], resolver)));
    for (const each of found) {
      graph.modules.set(each.module.file, each.module);
      graph.targets.set(each.module.file, each.targets);
    }
    const patterns = found.flatMap(({ module }) => patternFiles(module, observed.files));
    targets = [...found.flatMap((each) => [...each.targets.values()]), ...patterns];
  }
}

/** Files that code may load by a path that it puts together. */
function patternFiles(module: ModuleSyntax, files: readonly string[]): readonly Target[] {
  const beginnings = module.units
    .flatMap((unit) => unit.loads.filter(({ isPattern }) => isPattern))
    .map(({ specifier }) => join(dirname(module.file), specifier));
  return files
    .filter((file) => beginnings.some((beginning) => file.startsWith(beginning)))
    .map((file) => ({ kind: 'module', file, isFreeOfEffects: false }));
}

function newFiles(graph: Draft, targets: readonly Target[]): readonly string[] {
  const files = new Set<string>();
  for (const target of targets) {
    if (target.kind !== 'module') continue;
    if (target.isFreeOfEffects) graph.freeOfEffects.add(target.file);
    if (!graph.modules.has(target.file)) files.add(target.file);
  }
  return [...files];
}

async function readOne(
  file: string,
  root: string,
  observations: readonly Observation[],
  resolver: PluginBuild,
): Promise<{ module: ModuleSyntax; targets: ReadonlyMap<string, Target> }> {
  const module = readModule({ file, root, observations, source: await readFile(file, 'utf8') });
  const entries = [...specifiersOf(module)].map(async (specifier) => [specifier, await resolveImport(resolver, specifier, file)] as const);
  return { module, targets: new Map(await Promise.all(entries)) };
}

function importedFiles(graph: ModuleGraph, file: string): readonly string[] {
  const module = graph.modules.get(file);
  return module ? staticImports(module).flatMap((specifier) => moduleOf(graph, module, specifier)?.file ?? []) : [];
}

function byFile(observations: readonly Observation[]): ReadonlyMap<string, readonly Observation[]> {
  const files = new Map<string, Observation[]>();
  for (const observation of observations) {
    const { file } = observation.site;
    const known = files.get(file);
    if (known) known.push(observation);
    else files.set(file, [observation]);
  }
  return files;
}
