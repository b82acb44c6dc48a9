import type { EnvironmentDefinition, ImageDescription } from '../model/definition.ts';
import { isAbsolutePath } from '../model/path.ts';
import { secretName } from '../model/secret.ts';
import { buildSecrets } from './images/build-secrets.ts';
import { imageFiles } from './images/file-needs.ts';
import { resolveBase } from './images/image-base.ts';
import { referenceKey } from './images/reference-uses.ts';
import { AUTO, builderChoice, executorChoice } from './place/choices.ts';
import { environmentOptions, optionsKey } from './place/options.ts';
import type { FactRequest, PlanInput, PlanSettings } from './plan.ts';
import { walk } from './walk/walk.ts';
import type { Visit } from './walk/walk.ts';

/** What has to be looked up before `createPlan`; each key once per kind. Then `builderRequests` may have more. */
export function factRequests({ targets, settings }: PlanInput): FactRequest[] {
  const requests = new Map<string, FactRequest>();
  const add = (request: FactRequest): void => {
    const key = `${request.kind} ${request.key}`;
    if (!requests.has(key)) requests.set(key, request);
  };
  const seen = new Set<EnvironmentDefinition['image']>();
  const { visits } = walk(targets.map(({ environment }) => environment));
  const ask = builderQuestion(visits);
  for (const { definition } of visits) {
    add({ kind: 'bundle', key: definition.name, environment: definition });
    for (const key of builderNames(definition, settings)) add(ask(key));
    for (const request of executorRequests(definition, settings)) add(request);
    for (const request of referenceRequests(definition, settings)) add(request);
    for (const secret of definition.secrets ?? []) add({ kind: 'secret', key: secretName(secret) });
    if (seen.has(definition.image)) continue;
    seen.add(definition.image);
    for (const request of fileRequests(definition)) add(request);
    for (const key of buildSecrets(definition.image)) add({ kind: 'secret', key });
  }
  return [...requests.values()];
}

function fileRequests({ name, image, at: definedAt }: EnvironmentDefinition): readonly FactRequest[] {
  if (image === undefined || typeof image === 'string') return [];
  const files = imageFiles(image).filter(({ path }) => isAbsolutePath(path));
  return files.map(({ at = definedAt, ...file }) => ({ kind: 'files', ...file, environment: name, ...(at !== undefined && { at }) }));
}

/** What every builder of a plan is asked: one that was asked about Python has an answer for images that ask for none too. */
export function builderQuestion(visits: readonly Visit[]): (key: string) => Extract<FactRequest, { kind: 'builder' }> {
  const python = visits.some(({ definition: { image } }) => typeof image === 'object' && asksForPython(image));
  return (key) => ({ kind: 'builder', key, ...(python && { python }) });
}

function asksForPython({ base }: ImageDescription): boolean {
  return base.kind === 'debian' && base.python !== undefined;
}

/** Those that are said; with `auto`, the first builder. A plain reference is built by nobody. */
function builderNames(environment: EnvironmentDefinition, settings: PlanSettings): readonly string[] {
  if (typeof environment.image === 'string') return [];
  const said = builderChoice(settings, environment).names;
  return said[0] === AUTO ? settings.builders.slice(0, 1) : said.filter((name) => settings.builders.includes(name));
}

/** Those that are said, and what they have against the options of the environment. */
function executorRequests(environment: EnvironmentDefinition, settings: PlanSettings): readonly FactRequest[] {
  const names = executorChoice(settings, environment).names.filter((name) => settings.executors.includes(name));
  const given = environmentOptions(settings, environment.name);
  return names.flatMap((executor): readonly FactRequest[] => [
    { kind: 'executor', key: executor },
    ...(given ? [{ kind: 'options' as const, key: optionsKey(executor, environment.name), executor, options: given.options }] : []),
  ]);
}

/** Of an image that is used as it is, each executor is asked that may run it. */
function referenceRequests(environment: EnvironmentDefinition, settings: PlanSettings): readonly FactRequest[] {
  const reference = plainReference(environment, settings);
  if (reference === undefined) return [];
  const executors = executorChoice(settings, environment).names.filter((name) => settings.executors.includes(name));
  return executors.map((executor) => ({ kind: 'reference', key: referenceKey(executor, reference), executor, reference }));
}

function plainReference({ image }: EnvironmentDefinition, { images }: PlanSettings): string | undefined {
  if (image === undefined || typeof image === 'string') return image;
  const base = image.layers.length === 0 ? resolveBase(image.base, images) : undefined;
  return base?.kind === 'reference' ? base.reference : undefined;
}
