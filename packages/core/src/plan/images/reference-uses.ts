import type { Digest } from '@ambit/plugin-api';
import type { EnvironmentDefinition } from '../../model/definition.ts';
import { answerOf, isFailed } from '../answers.ts';
import type { Diagnostics } from '../diagnostics.ts';
import type { Facts, PlannedReference, ReferenceFacts } from '../plan.ts';
import type { ImageUse } from './image-uses.ts';

interface Entry extends Omit<PlannedReference, 'environments'> {
  readonly environments: string[];
}

type Reference = Extract<ImageUse, { kind: 'reference' }>;
type FoundReference = Extract<ReferenceFacts, { found: 'yes' }>;

interface Place {
  readonly platform: string;
  readonly executor: string | undefined;
}

/** The key under which a plan asks an executor about an image that is used as it is. */
export function referenceKey(executor: string, reference: string): string {
  return JSON.stringify([executor, reference]);
}

/** For which an executor has an image that is used as it is; undefined where nobody knows. */
export function knownPlatforms(facts: Facts, executor: string, reference: string): readonly string[] | undefined {
  const answer = answerOf(facts.references, referenceKey(executor, reference));
  return isFailed(answer) || answer.found !== 'yes' ? undefined : answer.platforms;
}

/** Images that are used as they are: one entry per reference, platform and executor. */
export class ReferenceUses {
  readonly #facts: Facts;
  readonly #found: Diagnostics;
  readonly #entries = new Map<string, Entry>();

  constructor(facts: Facts, found: Diagnostics) {
    this.#facts = facts;
    this.#found = found;
  }

  add(use: Reference, { platform, executor }: Place, environment: EnvironmentDefinition): void {
    const { reference } = use;
    const key = JSON.stringify([reference, platform, executor]);
    const known = this.#entries.get(key);
    if (known) known.environments.push(environment.name);
    const facts = executor === undefined ? nobody : this.#ask(executor, reference);
    if (facts.found === 'no') this.#reportMissing(use, { executor, why: facts.reason }, environment);
    if (known) return;
    const digest = (facts.found === 'yes' ? facts.digest : undefined) ?? writtenDigest(reference);
    this.#entries.set(key, {
      reference,
      ...(digest !== undefined && { digest }),
      platform,
      ...(executor !== undefined && { executor }),
      environments: [environment.name],
      status: facts.found === 'yes' && isFor(platform, facts) ? 'exists' : 'unknown',
      reason: facts.found === 'yes' ? `the executor ${executor} can have it${forPlatforms(facts)}` : facts.reason,
    });
  }

  all(): readonly PlannedReference[] {
    return [...this.#entries.values()];
  }

  #ask(executor: string, reference: string): ReferenceFacts {
    const answer = answerOf(this.#facts.references, referenceKey(executor, reference));
    return isFailed(answer) ? { found: 'unknown', reason: `the executor ${executor} could not be asked: ${answer.failed}` } : answer;
  }

  #reportMissing(
    { reference, at }: Reference,
    { executor, why }: Pick<Place, 'executor'> & { readonly why: string },
    { name, at: definedAt }: EnvironmentDefinition,
  ): void {
    this.#found.add({
      code: 'AMBIT_PLAN_IMAGE_MISSING',
      message: `${name} runs in the image ${reference} as it is, and executor ${executor} cannot have it: ${why.replace(/\.$/, '')}.`,
      hint: 'Correct the reference, or log in to its registry.',
      at: at ?? definedAt,
      environment: name,
    });
  }
}

const nobody: ReferenceFacts = { found: 'unknown', reason: 'no executor would run it' };

/** Where nobody knows its platforms, it may be there for any. */
function isFor(platform: string, { platforms }: FoundReference): boolean {
  return platforms?.includes(platform) ?? true;
}

function forPlatforms({ platforms }: FoundReference): string {
  return platforms ? ` for ${platforms.join(', ')}` : '';
}

function writtenDigest(reference: string): Digest | undefined {
  return /@(sha256:[0-9a-f]{64})$/.exec(reference)?.[1] as Digest | undefined;
}
