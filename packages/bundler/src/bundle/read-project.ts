import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AmbitError } from '@ambit/plugin-api';
import type { Observation, Observed } from '../observation.ts';
import { pathIn } from '../paths.ts';
import { evaluationOrder } from '../slice/evaluation-order.ts';
import { moduleOf, specifiersOf, staticImports } from '../slice/module-graph.ts';
import type { ModuleGraph, Target } from '../slice/module-graph.ts';
import type { ModuleSyntax } from '../slice/module-syntax.ts';
import { readModule } from '../slice/read-module.ts';
import { digestOf } from './digest.ts';
import { ImportTargets } from './import-targets.ts';

type Draft = ModuleGraph & {
  readonly modules: Map<string, ModuleSyntax>;
  readonly targets: Map<string, ReadonlyMap<string, Target>>;
  readonly freeOfEffects: Set<string>;
};

/** Reads all modules of the user's that the entry leads to, the same that loading saw. */
export async function readProject(observed: Observed): Promise<ModuleGraph> {
  const graph: Draft = { observations: observed.observations, modules: new Map(), targets: new Map(), order: [], freeOfEffects: new Set() };
  const starts = [...new Set([observed.entry, ...observed.observations.map(({ site }) => site.file)])];
  const targets = new ImportTargets(observed.root, observed.imports ?? new Map());
  try {
    await readAll(graph, starts, observed, targets);
  } finally {
    targets.close();
  }
  const order = evaluationOrder(starts, (file) => importedFiles(graph, file));
  return { ...graph, order };
}

async function readAll(graph: Draft, starts: readonly string[], observed: Observed, resolver: ImportTargets): Promise<void> {
  const observations = byFile(observed.observations);
  let targets = await Promise.all(starts.map((file) => startOf(file, observed, resolver)));
  for (let open = newFiles(graph, targets); open.length > 0; open = newFiles(graph, targets)) {
    const found = await Promise.all(open.map((file) => readOne(file, observed, observations.get(file) ?? [], resolver)));
    for (const each of found) {
      graph.modules.set(each.module.file, each.module);
      graph.targets.set(each.module.file, each.targets);
    }
    const patterns = found.flatMap(({ module }) => patternFiles(module, observed.files.keys()));
    targets = [...found.flatMap((each) => [...each.targets.values()]), ...patterns];
  }
}

/** A module that loading ran, whoever imports it. */
async function startOf(file: string, { imports }: Observed, resolver: ImportTargets): Promise<Target> {
  return imports ? { kind: 'module', file, isFreeOfEffects: false } : resolver.target(file, file);
}

/** Files that code may load by a path that it puts together. */
function patternFiles(module: ModuleSyntax, files: Iterable<string>): readonly Target[] {
  const beginnings = module.units
    .flatMap((unit) => unit.loads.filter(({ isPattern }) => isPattern))
    .map(({ specifier }) => join(dirname(module.file), specifier));
  if (beginnings.length === 0) return [];
  return [...files]
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
  { root, files }: Observed,
  observations: readonly Observation[],
  resolver: ImportTargets,
): Promise<{ module: ModuleSyntax; targets: ReadonlyMap<string, Target> }> {
  const data = await readFile(file).catch(() => undefined);
  const seen = files.get(file);
  if (!data || (seen !== undefined && digestOf(data) !== `sha256:${seen}`)) throw changedFile(pathIn(root, file));
  const module = readModule({ file, root, observations, source: data.toString('utf8') });
  const entries = [...specifiersOf(module)].map(async (specifier) => [specifier, await resolver.target(specifier, file)] as const);
  return { module, targets: new Map(await Promise.all(entries)) };
}

/** What was seen when the code ran, says nothing of other code. */
export function changedFile(path: string): AmbitError {
  return new AmbitError('AMBIT_BUNDLE_CHANGED', `${path} changed after it was loaded, so what its code was seen to do holds no more.`, {
    hint: 'Run it again.',
    facts: { file: path },
  });
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
