import type { ParsedResources } from '@ambit/plugin-api';
import type { EnvironmentDefinition } from '../model/definition.ts';
import { secretName } from '../model/secret.ts';
import { isFailed, ownEntry } from './answers.ts';
import type { ImageGraph } from './images/image-graph.ts';
import type { ImageUse, ImageUses } from './images/image-uses.ts';
import type { ReferenceUses } from './images/reference-uses.ts';
import type { RuntimeUses } from './images/runtime-uses.ts';
import { environmentOptions } from './place/options.ts';
import type { Placement, Placer } from './place/placer.ts';
import type { Facts, PackageUse, PlanSettings, PlanTarget, PlannedEnvironment, RequiredBy } from './plan.ts';
import type { Walk } from './walk/walk.ts';

/** What the parts of a plan are asked for. */
export interface Planning {
  readonly facts: Facts;
  readonly settings: PlanSettings;
  readonly images: ImageUses;
  readonly graph: ImageGraph;
  readonly references: ReferenceUses;
  readonly runtimes: RuntimeUses;
  readonly placer: Placer;
}

export function plannedEnvironments(walk: Walk, targets: readonly PlanTarget[], planning: Planning): readonly PlannedEnvironment[] {
  const requirers = requiredBy(walk, targets);
  return walk.visits.map(({ definition }, index) => {
    const use = planning.images.of(definition);
    const placement = planning.placer.place(definition, use);
    const { platform, runtime } = placement;
    if (runtime) planning.runtimes.add({ platform, ...runtime }, definition.name);
    return plannedEnvironment(definition, requirers[index]!, { use, placement, planning });
  });
}

export function targetName({ environment, task }: PlanTarget): string {
  return task ?? environment.name;
}

/** Targets first, then every edge, in the order of the walk. */
function requiredBy({ visits }: Walk, targets: readonly PlanTarget[]): readonly RequiredBy[][] {
  const requirers: RequiredBy[][] = visits.map(() => []);
  const ofTargets = new Map<EnvironmentDefinition, Set<string>>();
  for (const target of targets) {
    const names = ofTargets.get(target.environment) ?? new Set();
    ofTargets.set(target.environment, names.add(targetName(target)));
  }
  for (const [index, { definition }] of visits.entries())
    for (const target of ofTargets.get(definition) ?? []) requirers[index]!.push({ target });
  for (const { definition, edges } of visits)
    for (const { to, at } of edges) requirers[to]!.push({ environment: definition.name, ...(at !== undefined && { at }) });
  return requirers;
}

interface Found {
  readonly use: ImageUse;
  readonly placement: Placement;
  readonly planning: Planning;
}

/** Keys stand in one order, those of variables sorted: the digest is over this text. */
function plannedEnvironment(definition: EnvironmentDefinition, requirers: readonly RequiredBy[], found: Found): PlannedEnvironment {
  const { name, at, tasks, resources, env, secrets = [] } = definition;
  const { builder, executor } = found.placement;
  const given = environmentOptions(found.planning.settings, name);
  const bundle = ownEntry(found.planning.facts.bundles, name);
  const facts = bundle === undefined || isFailed(bundle) ? undefined : bundle;
  return {
    name,
    ...(at !== undefined && { at }),
    tasks: Array.from(tasks.values(), (task) => task.id),
    requiredBy: requirers,
    ...plannedImage(definition, found),
    ...(builder && { builder: builder.name, builderBy: builder.by }),
    ...(executor && { executor: executor.name, executorBy: executor.by }),
    resources: plannedResources(resources),
    env: sortedVariables(env),
    ...(given && { options: given.options }),
    ...(secrets.length > 0 && { secrets: [...new Set(secrets.map(secretName))] }),
    ...(facts && { bundle: facts.digest }),
    packages: packageNames(facts?.packages ?? []),
  };
}

function sortedVariables(env: EnvironmentDefinition['env']): Readonly<Record<string, string>> {
  const entries = Object.entries(env);
  return entries.length === 0 ? {} : Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function packageNames(uses: readonly PackageUse[]): readonly string[] {
  return uses.length === 0 ? [] : [...new Set(uses.map(({ name }) => name))].sort();
}

function plannedImage(
  environment: EnvironmentDefinition,
  { use, placement, planning }: Found,
): Pick<PlannedEnvironment, 'image' | 'reference'> {
  const { platform, perMachine, builder, executor, push } = placement;
  if (use.kind === 'reference') {
    planning.references.add(use, { platform, executor: executor?.name }, environment);
    return { reference: use.reference };
  }
  if (use.kind === 'unknown' || !use.content) return {};
  return { image: planning.graph.add(use.content, { platform, perMachine, builder: builder?.name, push }, environment) };
}

function plannedResources({ cpu, memory, disk, shm, gpu }: ParsedResources): ParsedResources {
  return {
    ...(cpu && { cpu: [...cpu] }),
    ...(memory && { memory: [...memory] }),
    ...(disk !== undefined && { disk }),
    ...(shm !== undefined && { shm }),
    ...(gpu && { gpu: plannedGpu(gpu) }),
  };
}

function plannedGpu({ models, count, memory }: NonNullable<ParsedResources['gpu']>): NonNullable<ParsedResources['gpu']> {
  return { ...(models && { models: [...models] }), count, ...(memory !== undefined && { memory }) };
}
