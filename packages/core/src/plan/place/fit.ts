import type { BuilderDescription, ExecutorDescription } from '@ambit/plugin-api';
import type { EnvironmentDefinition, Place } from '../../model/definition.ts';
import type { Diagnostic } from '../plan.ts';
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
  readonly image:
    | { readonly kind: 'reference'; readonly reference: string }
    /** Of `platforms`, one is enough. */
    | {
        readonly kind: 'image';
        readonly needs: BuildNeeds;
        readonly platforms: readonly string[];
        readonly builders: readonly BuilderCandidate[];
      };
}

export interface Fit {
  readonly executor: ExecutorCandidate;
  /** Absent where nothing is to be built. */
  readonly builder?: BuilderCandidate;
  readonly platform?: string;
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
export function tryExecutor(executor: ExecutorCandidate, { environment, image }: Demand): Fit | Refusal {
  const { name, description } = executor;
  const lack = description && resourceLack(environment.resources, description.capacity);
  if (lack)
    return {
      code: 'AMBIT_PLAN_RESOURCES',
      message: `${environment.name} asks for ${lack.wanted}, and executor ${name} has ${lack.there}.`,
      hint: `Ask for less, or place ${environment.name} on an executor that has it.`,
    };
  if (image.kind === 'image') return tryBuilders(executor, environment.name, image);
  if (!description || description.accepts.some(({ kind }) => kind !== 'host-directory')) return { executor };
  return {
    code: 'AMBIT_PLAN_NO_EXECUTOR',
    message: `${environment.name} runs in the image ${image.reference} as it is, and executor ${name} does not run containers.`,
    hint: `Place ${environment.name} on an executor of containers, or give it an image from Image.fromDebianBase().`,
  };
}

function tryBuilders(executor: ExecutorCandidate, environment: string, image: Extract<Demand['image'], { kind: 'image' }>): Fit | Refusal {
  const { description } = executor;
  const platforms = image.platforms.filter((platform) => description?.platforms.includes(platform) ?? true);
  if (platforms.length === 0)
    return {
      code: 'AMBIT_PLAN_NO_EXECUTOR',
      message: `The image of ${environment} is for ${image.platforms.join(', ')}, and executor ${executor.name} runs ${description?.platforms.join(', ')}.`,
      hint: 'Add a platform of the executor to the platforms of the image, or choose another executor.',
    };
  const objections: Objection[] = [];
  for (const builder of answeredFirst(image.builders)) {
    const tried = tryBuilder(builder, executor, image.needs, platforms);
    if ('platform' in tried) return { executor, builder, platform: tried.platform };
    objections.push(tried);
  }
  return {
    code: 'AMBIT_PLAN_BUILDER_MISMATCH',
    message: `The image of ${environment} cannot be built: ${objections.map(({ text }) => text).join('; ') || 'there is no builder'}.`,
    hint: objections[0]?.hint ?? 'Add a builder to the configuration.',
    at: objections[0]?.at,
  };
}

function tryBuilder(
  { name, description: builder }: BuilderCandidate,
  { name: place, description: executor }: ExecutorCandidate,
  needs: BuildNeeds,
  platforms: readonly string[],
): Objection | { readonly platform: string } {
  const objection = builder && builderObjection(name, builder, needs);
  if (objection) return objection;
  const platform = platforms.find((each) => builder?.platforms.includes(each) ?? true);
  if (platform === undefined)
    return {
      text: `builder ${name} builds for ${builder?.platforms.join(', ')}, not for ${platforms.join(', ')}`,
      hint: 'Use a builder of that platform.',
    };
  if (!builder || !executor || isAccepted(builder.offers, executor.accepts)) return { platform };
  const [offered, accepted] = [shownLocations(builder.offers), shownLocations(executor.accepts)];
  return {
    text: `builder ${name} offers ${offered}, and executor ${place} takes ${accepted}`,
    hint: `Use a builder that offers ${accepted}, or an executor that takes ${offered}.`,
  };
}
