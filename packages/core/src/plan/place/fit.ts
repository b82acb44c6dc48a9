import type { BuilderDescription, ExecutorDescription } from '@ambit/plugin-api';
import type { EnvironmentDefinition, Place } from '../../model/definition.ts';
import type { Diagnostic, PlanSettings } from '../plan.ts';
import { builderObjection, platformObjection } from './build-needs.ts';
import type { BuildNeeds, Objection } from './build-needs.ts';
import { answeredFirst } from './candidates.ts';
import type { Candidate } from './candidates.ts';
import { isAccepted, pushMissing, shownApart } from './locations.ts';
import { resourceLack } from './resource-needs.ts';
import { runtimeWay } from './runtime-way.ts';

export type BuilderCandidate = Candidate<BuilderDescription>;
export type ExecutorCandidate = Candidate<ExecutorDescription>;

/** What is to be placed. */
export interface Demand {
  readonly environment: EnvironmentDefinition;
  readonly image: DemandedImage;
  /** What an executor has against what it is given, before anything else. */
  readonly optionsRefusal: (executor: string) => Refusal | undefined;
}

/**
 * Of `platforms`, one is enough; left out, any that its executor runs: best `usual`, this machine's. The builders of a reference only
 * make the runtime that it is run with.
 */
export type DemandedImage = {
  readonly platforms?: readonly string[];
  readonly usual: string;
  readonly builders: readonly BuilderCandidate[];
  /** The names of all that there are. */
  readonly executors: readonly string[];
  readonly push: PlanSettings['push'];
} & (
  | {
      readonly kind: 'reference';
      readonly reference: string;
      /** By executor: the platforms for which it is there; undefined where nobody knows. */
      readonly known: (executor: string) => readonly string[] | undefined;
    }
  | { readonly kind: 'image'; readonly needs: BuildNeeds }
);

export interface Fit {
  readonly executor: ExecutorCandidate;
  /** Absent where nothing is to be built. */
  readonly builder?: BuilderCandidate;
  readonly platform: string;
  readonly push?: { readonly repository: string } | undefined;
  /** Who makes an image of the runtime; absent where its executor takes it otherwise. */
  readonly runtime?: RuntimeFit;
}

export interface RuntimeFit {
  readonly builder: BuilderCandidate;
  readonly push?: { readonly repository: string };
}

/** Why an executor will not do. */
export interface Refusal {
  readonly code: Diagnostic['code'];
  readonly message: string;
  readonly hint: string;
  readonly at?: Place | undefined;
}

export function isFit(tried: Fit | Refusal): tried is Fit {
  return 'executor' in tried;
}

/** One that could not be asked has no objection. */
export function tryExecutor(executor: ExecutorCandidate, { environment, image, optionsRefusal }: Demand): Fit | Refusal {
  const { name, description } = executor;
  const refusal = optionsRefusal(name);
  if (refusal) return refusal;
  const lack = description && resourceLack(environment.resources, description.capacity);
  if (lack)
    return {
      code: 'AMBIT_PLAN_RESOURCES',
      message: `${environment.name} asks for ${lack.wanted}, and executor ${name} has ${lack.there}.`,
      hint: `Ask for less, or place ${environment.name} on an executor that has it.`,
    };
  const platforms = platformsOf(image, description);
  if (platforms.length === 0)
    return {
      code: 'AMBIT_PLAN_NO_EXECUTOR',
      message: `The image of ${environment.name} is for ${image.platforms?.join(', ')}, and executor ${name} runs ${description?.platforms.join(', ')}.`,
      hint: 'Add a platform of the executor to the platforms of the image, or choose another executor.',
    };
  const demanded = { ...image, platforms };
  const fit =
    demanded.kind === 'image' ? tryBuilders(executor, environment.name, demanded) : tryReference(executor, environment.name, demanded);
  return isFit(fit) ? withRuntime(fit, environment.name, demanded) : fit;
}

/** In the order in which they are tried. */
function platformsOf({ platforms, usual }: DemandedImage, executor: ExecutorDescription | undefined): readonly string[] {
  if (!executor) return platforms ?? [usual];
  if (platforms) return platforms.filter((platform) => executor.platforms.includes(platform));
  return [...executor.platforms].sort((a, b) => Number(b === usual) - Number(a === usual));
}

type Demanded<Kind extends DemandedImage['kind']> = Extract<DemandedImage, { kind: Kind }> & { readonly platforms: readonly string[] };

function tryReference(
  executor: ExecutorCandidate,
  environment: string,
  { reference, platforms, known }: Demanded<'reference'>,
): Fit | Refusal {
  const { name, description } = executor;
  if (description?.accepts.every(({ kind }) => kind === 'host-directory'))
    return {
      code: 'AMBIT_PLAN_NO_EXECUTOR',
      message: `${environment} runs in the image ${reference} as it is, and executor ${name} does not run containers.`,
      hint: `Place ${environment} on an executor of containers, or give it an image from Image.fromDebianBase().`,
    };
  const there = known(name);
  const platform = there ? platforms.find((each) => there.includes(each)) : platforms[0];
  if (platform !== undefined) return { executor, platform };
  const [wanted, has] = [platforms.join(' or '), there?.join(', ')];
  return {
    code: 'AMBIT_PLAN_IMAGE_PLATFORM',
    message: `${environment} runs in the image ${reference} as it is; executor ${name} needs it for ${wanted}, and can have it for ${has}.`,
    hint: `Name an image that is for ${wanted}, pull this one anew where a copy of another platform took its name, or choose an executor that runs ${has}.`,
  };
}

/** The builder of the image makes that of the runtime too, if it can. */
function withRuntime(fit: Fit, environment: string, { builders, push }: DemandedImage): Fit | Refusal {
  const { executor, builder: own, platform } = fit;
  if (executor.description?.runtime[0] !== 'image') return fit;
  const objections: Objection[] = [];
  for (const builder of new Set([...(own ? [own] : []), ...answeredFirst(builders)])) {
    const way = runtimeWay(builder, executor.name, { platform, push });
    if (!('text' in way)) return { ...fit, runtime: { builder, ...way } };
    objections.push(way);
  }
  return mismatch(`The runtime of ${environment} cannot be brought to executor ${executor.name}`, objections);
}

function tryBuilders(executor: ExecutorCandidate, environment: string, image: Demanded<'image'>): Fit | Refusal {
  const objections: Objection[] = [];
  for (const builder of inOrder(executor, image.builders)) {
    const tried = tryBuilder(builder, executor, image);
    if ('platform' in tried) return { executor, builder, ...tried };
    objections.push(tried);
  }
  return mismatch(`The image of ${environment} cannot be built`, objections);
}

function mismatch(what: string, objections: readonly Objection[]): Refusal {
  // What the configuration alone can mend is the least to do.
  const worth = objections.find(({ isOnlyConfiguration }) => isOnlyConfiguration) ?? objections[0];
  return {
    code: 'AMBIT_PLAN_BUILDER_MISMATCH',
    message: `${what}: ${objections.map(({ text }) => text).join('; ') || 'there is no builder'}.`,
    hint: worth?.hint ?? 'Add a builder to the configuration.',
    at: worth?.at,
  };
}

/** Of an executor that could not be asked nobody knows what it takes: most likely what the builder of its name offers. */
function inOrder({ name, description }: ExecutorCandidate, builders: readonly BuilderCandidate[]): readonly BuilderCandidate[] {
  const all = answeredFirst(builders);
  if (description) return all;
  return [...all.filter((builder) => builder.name === name), ...all.filter((builder) => builder.name !== name)];
}

function tryBuilder(
  { name, description: builder }: BuilderCandidate,
  executor: ExecutorCandidate,
  { needs, platforms, push, executors }: Demanded<'image'>,
): Objection | Pick<Fit, 'platform' | 'push'> {
  const objection = builder && (builderObjection(name, builder, needs) ?? platformObjection(name, builder, platforms));
  if (objection) return objection;
  const platform = platforms.find((each) => builder?.platforms.includes(each) ?? true)!;
  if (!builder || !executor.description) return { platform };
  const way = wayOf(builder, executor.description, push);
  return way ? { platform, ...way } : apart({ name, builder, executors }, executor.name, executor.description);
}

/** How an image comes from its builder to its executor: where it is built, or by a registry. */
function wayOf(builder: BuilderDescription, { accepts }: ExecutorDescription, push: PlanSettings['push']): Pick<Fit, 'push'> | undefined {
  const pushes = builder.perMachine ? undefined : push;
  const isNear = isAccepted(
    builder.offers.filter(({ kind }) => pushes === undefined || kind !== 'registry'),
    accepts,
  );
  if (isNear) return pushes?.all ? { push: { repository: pushes.repository } } : {};
  return pushes && isAccepted([{ kind: 'registry' }], accepts) ? { push: { repository: pushes.repository } } : undefined;
}

function apart(
  { name, builder, executors }: { readonly name: string; readonly builder: BuilderDescription; readonly executors: readonly string[] },
  place: string,
  { accepts }: ExecutorDescription,
): Objection {
  const [offered, accepted] = shownApart(builder.offers, accepts);
  const needsPush = !builder.perMachine && isAccepted([{ kind: 'registry' }], accepts);
  const near = executors.includes(name) && name !== place ? `, for instance ${name}` : '';
  const takesIt = `an executor that takes ${offered.replaceAll(', ', ' or ')}${near}`;
  return {
    text: `builder ${name} offers ${offered}, and executor ${place} takes ${accepted}`,
    hint: needsPush ? pushMissing(name) : `Choose ${takesIt}, or a builder that offers ${accepted.replaceAll(', ', ' or ')}.`,
    isOnlyConfiguration: true,
  };
}
