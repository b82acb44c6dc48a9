import { createHash } from 'node:crypto';
import type { BuilderDescription, Digest, ExecutorDescription } from '@ambit/plugin-api';
import { builderRequests, createPlan, factRequests } from '../../src/index.ts';
import type {
  Answer,
  BundleFacts,
  Diagnostic,
  EnvironmentDefinition,
  Facts,
  FileFacts,
  ImageDescription,
  LayerDescription,
  Plan,
  PlanInput,
  PlanSettings,
  PlannedEnvironment,
  PlannedImage,
  ReferenceFacts,
  SecretFacts,
} from '../../src/index.ts';

export const host: BuilderDescription = {
  layers: ['npm', 'env', 'workdir'],
  features: { cacheMounts: false, buildSecrets: false, targets: false, parents: false },
  platforms: ['linux/amd64'],
  offers: [{ kind: 'host-directory', at: 'm1' }],
  context: 'directory',
  perMachine: true,
  concurrency: 2,
};
export const docker: BuilderDescription = {
  layers: ['apt', 'npm', 'npm-project', 'pip', 'requirements', 'uv-project', 'env', 'workdir', 'user', 'commands', 'source', 'dockerfile'],
  features: { cacheMounts: true, buildSecrets: true, targets: true, parents: true },
  platforms: ['linux/amd64', 'linux/arm64'],
  offers: [{ kind: 'docker-daemon', at: 'd1' }, { kind: 'registry' }],
  context: 'stream',
  perMachine: false,
  concurrency: 4,
};
export const local: ExecutorDescription = {
  platforms: ['linux/amd64'],
  accepts: [{ kind: 'host-directory', at: 'm1' }],
  runtime: ['directory'],
  enforces: { cpu: false, memory: true, disk: false },
  capacity: { cpu: 4, memory: 8 * 2 ** 30, gpus: [] },
  cpuReturnable: true,
  stopProof: ['pid-namespace'],
  secretsOnDisk: 'file',
};
/** Containers, elastic. */
export const cluster: ExecutorDescription = {
  platforms: ['linux/amd64', 'linux/arm64'],
  accepts: [{ kind: 'registry' }],
  runtime: ['image'],
  enforces: { cpu: true, memory: true, disk: true },
  cpuReturnable: false,
  stopProof: ['pod'],
  secretsOnDisk: 'tmpfs',
};

export function digestOf(text: string): Digest {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

export interface EnvironmentParts extends Partial<Omit<EnvironmentDefinition, 'name' | 'tasks' | 'dependsOn'>> {
  /** Own names. */
  readonly tasks?: readonly string[];
  readonly dependsOn?: readonly (EnvironmentDefinition | EnvironmentDefinition['dependsOn'][number])[];
}

export function environment(name: string, { tasks = [], dependsOn = [], ...parts }: EnvironmentParts = {}): EnvironmentDefinition {
  return {
    name,
    resources: {},
    env: {},
    ...parts,
    dependsOn: dependsOn.map((on) => ('environment' in on ? on : { environment: on })),
    tasks: new Map(tasks.map((task) => [task, { id: `${name}.${task}`, name: task, policy: { retries: 0 } }])),
  };
}

/** Environments named by a map of edges: `{ a: ['b'], b: [] }`. Edges are at `NAME.ts:INDEX`. */
export function graphOf(edges: Readonly<Record<string, readonly string[]>>): Readonly<Record<string, EnvironmentDefinition>> {
  const lists = new Map(Object.keys(edges).map((name) => [name, [] as EnvironmentDefinition['dependsOn'][number][]]));
  const all = Object.fromEntries([...lists].map(([name, dependsOn]) => [name, { ...environment(name), dependsOn }]));
  for (const [name, list] of lists)
    for (const [index, to] of edges[name]!.entries()) list.push({ environment: all[to]!, at: `${name}.ts:${index + 1}` });
  return all;
}

export function debian(...layers: readonly (LayerDescription & { readonly at?: string })[]): ImageDescription {
  return { base: { kind: 'debian' }, layers };
}

export function npm(...specs: readonly string[]): LayerDescription {
  return { kind: 'npm', specs };
}

/** What there is to be looked up. */
export interface World {
  readonly settings?: Partial<PlanSettings>;
  readonly others?: readonly EnvironmentDefinition[];
  /** By path: the content. A path that is not here is missing. */
  readonly files?: Readonly<Record<string, string | FileFacts>>;
  readonly bundles?: Readonly<Record<string, Answer<Partial<BundleFacts>>>>;
  readonly builders?: Readonly<Record<string, Answer<BuilderDescription>>>;
  readonly executors?: Readonly<Record<string, Answer<ExecutorDescription>>>;
  readonly secrets?: Readonly<Record<string, Answer<SecretFacts>>>;
  /** By executor: what it has against options; nothing where it is not here. */
  readonly faults?: Readonly<Record<string, (options: object) => readonly string[]>>;
  /** By reference. */
  readonly references?: Readonly<Record<string, Answer<ReferenceFacts>>>;
}

type Target = EnvironmentDefinition | PlanInput['targets'][number];

export function inputOf(targets: readonly Target[], world: World = {}): PlanInput {
  const { builders = { host }, executors = { local } } = world;
  return {
    targets: targets.map((target) => ('environment' in target ? target : { environment: target })),
    ...(world.others && { others: world.others }),
    settings: { platform: 'linux/amd64', builders: Object.keys(builders), executors: Object.keys(executors), ...world.settings },
  };
}

/** Answers to what the planner asks for, and to nothing else. */
export function factsFor(input: PlanInput, world: World = {}): Facts {
  const facts = { files: {}, bundles: {}, builders: {}, executors: {}, secrets: {}, references: {}, options: {} } as {
    [K in keyof Facts]: Record<string, Facts[K][string]>;
  };
  const { builders = { host }, executors = { local } } = world;
  for (const request of factRequests(input)) {
    const { key } = request;
    if (request.kind === 'files') facts.files[key] = fileAnswer(request.path, world.files?.[request.path]);
    if (request.kind === 'bundle') facts.bundles[key] = bundleAnswer(key, world.bundles?.[key]);
    if (request.kind === 'builder') facts.builders[key] = builders[key]!;
    if (request.kind === 'executor') facts.executors[key] = executors[key]!;
    if (request.kind === 'options') facts.options[key] = { faults: world.faults?.[request.executor]?.(request.options) ?? [] };
    if (request.kind === 'reference')
      facts.references[key] = world.references?.[request.reference] ?? { found: 'unknown', reason: 'nobody asked' };
    if (request.kind === 'secret') facts.secrets[key] = world.secrets?.[key] ?? { found: false, asked: [] };
  }
  for (const { key } of builderRequests(input, facts)) facts.builders[key] = builders[key]!;
  return facts;
}

function fileAnswer(path: string, content: string | FileFacts | undefined): Answer<FileFacts> {
  if (content === undefined) return { failed: `There is no ${path}.`, code: 'AMBIT_FILES_MISSING' };
  return typeof content === 'string' ? { digest: digestOf(content) } : content;
}

function bundleAnswer(name: string, bundle: Answer<Partial<BundleFacts>> = {}): Answer<BundleFacts> {
  return 'failed' in bundle ? bundle : { digest: digestOf(`bundle ${name}`), packages: [], calls: [], diagnostics: [], ...bundle };
}

export function planOf(targets: readonly Target[], world: World = {}): Plan {
  const input = inputOf(targets, world);
  return createPlan(input, factsFor(input, world));
}

export function names(plan: Plan): readonly string[] {
  return plan.environments.map(({ name }) => name);
}

export function planned(plan: Plan, name: string): PlannedEnvironment {
  return plan.environments.find((each) => each.name === name)!;
}

export function imageOf(plan: Plan, name: string): PlannedImage {
  const { image, builder } = planned(plan, name);
  return plan.images.find((each) => each.identity === image && each.builder === builder)!;
}

export function codes(plan: Plan): readonly string[] {
  return plan.diagnostics.map(({ code }) => code);
}

/** The one diagnostic of a plan. */
export function onlyDiagnostic(plan: Plan): Diagnostic {
  if (plan.diagnostics.length !== 1) throw new TypeError(`One diagnostic was expected: ${JSON.stringify(plan.diagnostics)}`);
  return plan.diagnostics[0]!;
}

/** The identity of an image alone. */
export function identityOf(image: ImageDescription, world: World = {}): Digest {
  const { image: identity } = planOf([environment('e', { image })], { builders: { docker }, executors: { cluster }, ...world })
    .environments[0]!;
  if (identity === undefined) throw new TypeError('This image has no identity.');
  return identity;
}
