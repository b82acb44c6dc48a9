import type { BuilderDescription, ExecutorDescription } from '@ambit/plugin-api';
import type { EnvironmentDefinition, Place } from '../../model/definition.ts';
import type { Diagnostic, PlanSettings } from '../plan.ts';
import { builderObjection } from './build-needs.ts';
import type { BuildNeeds, Objection } from './build-needs.ts';
import { answeredFirst } from './candidates.ts';
import type { Candidate } from './candidates.ts';
import { isAccepted, shownLocations } from './locations.ts';
import { resourceLack } from './resource-needs.ts';

export type BuilderCandidate = Candidate<BuilderDescription>;
export type ExecutorCandidate = Candidate<ExecutorDescription>;

/** What is to be placed. */
export interface Demand {
  readonly environment: EnvironmentDefinition;
  readonly image: DemandedImage;
  /** What an executor has against what it is given, before anything else. */
  readonly optionsRefusal: (executor: string) => Refusal | undefined;
}

/** Of `platforms`, one is enough; left out, any that its executor runs: best `usual`, this machine's. */
export type DemandedImage = { readonly platforms?: readonly string[]; readonly usual: string } & (
  | { readonly kind: 'reference'; readonly reference: string }
  | {
      readonly kind: 'image';
      readonly needs: BuildNeeds;
      readonly builders: readonly BuilderCandidate[];
      readonly push: PlanSettings['push'];
    }
);

export interface Fit {
  readonly executor: ExecutorCandidate;
  /** Absent where nothing is to be built. */
  readonly builder?: BuilderCandidate;
  readonly platform: string;
  readonly push?: { readonly repository: string } | undefined;
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
  if (image.kind === 'image') return tryBuilders(executor, environment.name, { ...image, platforms });
  if (!description || description.accepts.some(({ kind }) => kind !== 'host-directory')) return { executor, platform: platforms[0]! };
  return {
    code: 'AMBIT_PLAN_NO_EXECUTOR',
    message: `${environment.name} runs in the image ${image.reference} as it is, and executor ${name} does not run containers.`,
    hint: `Place ${environment.name} on an executor of containers, or give it an image from Image.fromDebianBase().`,
  };
}

/** In the order in which they are tried. */
function platformsOf({ platforms, usual }: DemandedImage, executor: ExecutorDescription | undefined): readonly string[] {
  if (!executor) return platforms ?? [usual];
  if (platforms) return platforms.filter((platform) => executor.platforms.includes(platform));
  return [...executor.platforms].sort((a, b) => Number(b === usual) - Number(a === usual));
}

type BuiltImage = Extract<DemandedImage, { kind: 'image' }> & { readonly platforms: readonly string[] };

function tryBuilders(executor: ExecutorCandidate, environment: string, image: BuiltImage): Fit | Refusal {
  const objections: Objection[] = [];
  for (const builder of inOrder(executor, image.builders)) {
    const tried = tryBuilder(builder, executor, image);
    if ('platform' in tried) return { executor, builder, ...tried };
    objections.push(tried);
  }
  // What the configuration alone can mend is the least to do.
  const worth = objections.find(({ isOnlyConfiguration }) => isOnlyConfiguration) ?? objections[0];
  return {
    code: 'AMBIT_PLAN_BUILDER_MISMATCH',
    message: `The image of ${environment} cannot be built: ${objections.map(({ text }) => text).join('; ') || 'there is no builder'}.`,
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
  { needs, platforms, push }: BuiltImage,
): Objection | Pick<Fit, 'platform' | 'push'> {
  const objection = builder && builderObjection(name, builder, needs);
  if (objection) return objection;
  const platform = platforms.find((each) => builder?.platforms.includes(each) ?? true);
  if (platform === undefined)
    return {
      text: `builder ${name} builds for ${builder?.platforms.join(', ')}, not for ${platforms.join(', ')}`,
      hint: 'Use a builder of that platform.',
    };
  if (!builder || !executor.description) return { platform };
  const way = wayOf(builder, executor.description, push);
  return way ? { platform, ...way } : apart({ name, builder }, executor.name, executor.description);
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
  { name, builder }: { readonly name: string; readonly builder: BuilderDescription },
  place: string,
  { accepts }: ExecutorDescription,
): Objection {
  const [offered, accepted] = [shownLocations(builder.offers), shownLocations(accepts)];
  const needsPush = !builder.perMachine && isAccepted([{ kind: 'registry' }], accepts);
  return {
    text: `builder ${name} offers ${offered}, and executor ${place} takes ${accepted}`,
    hint: needsPush
      ? `Name a repository that builder ${name} may push to in the configuration: push: 'REGISTRY/REPOSITORY'.`
      : `Use a builder that offers ${accepted}, or an executor that takes ${offered}.`,
    isOnlyConfiguration: needsPush,
  };
}
