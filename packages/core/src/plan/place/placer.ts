import type { EnvironmentDefinition } from '../../model/definition.ts';
import type { Diagnostics } from '../diagnostics.ts';
import type { ImageUse } from '../images/image-uses.ts';
import { knownPlatforms } from '../images/reference-uses.ts';
import type { Facts, PlanSettings } from '../plan.ts';
import { buildNeeds, builderObjection } from './build-needs.ts';
import type { BuildNeeds } from './build-needs.ts';
import { answeredFirst, candidates, knownNames, reportUnanswered } from './candidates.ts';
import { AUTO, builderChoice, executorChoice } from './choices.ts';
import type { Choice } from './choices.ts';
import { isFit, tryExecutor } from './fit.ts';
import type { BuilderCandidate, Demand, DemandedImage, ExecutorCandidate, Fit, Refusal } from './fit.ts';
import { environmentOptions, optionsRefusal } from './options.ts';

interface Decided {
  readonly name: string;
  readonly by: string;
}

/** Who builds and who runs; absent where that could not be decided. */
export interface Placement {
  readonly builder?: Decided | undefined;
  readonly executor?: Decided | undefined;
  readonly platform: string;
  /** The builder takes a machine as the base. */
  readonly perMachine: boolean;
  /** Where the image is pushed on its way. */
  readonly push?: { readonly repository: string } | undefined;
  /** Who makes an image of the runtime, where the executor takes it so. */
  readonly runtime?: { readonly builder: string; readonly push?: { readonly repository: string } } | undefined;
}

interface Choices {
  readonly builder: Choice;
  readonly executor: Choice;
}

type Built = Extract<ImageUse, { kind: 'image' }>;

/** Matches environments with builders and executors. */
export class Placer {
  readonly #settings: PlanSettings;
  readonly #facts: Facts;
  readonly #found: Diagnostics;
  readonly #needs = new Map<Built, BuildNeeds>();

  constructor(settings: PlanSettings, facts: Facts, found: Diagnostics) {
    this.#settings = settings;
    this.#facts = facts;
    this.#found = found;
  }

  place(environment: EnvironmentDefinition, use: ImageUse): Placement {
    const choices = { builder: builderChoice(this.#settings, environment), executor: executorChoice(this.#settings, environment) };
    const executors = this.#executors(choices.executor, environment);
    const image = this.#demanded(choices.builder, environment, use);
    const optionsRefusal = this.#optionsRefusal(environment);
    const fit = image && this.#fit({ environment, image, optionsRefusal }, executors);
    if (!fit)
      return { ...onlyOnes(choices, executors, image), platform: image?.platforms?.[0] ?? this.#settings.platform, perMachine: false };
    return {
      executor: { name: fit.executor.name, by: executorBy(choices.executor) },
      builder: fit.builder && { name: fit.builder.name, by: builderBy(choices.builder, fit.builder, image) },
      platform: fit.platform,
      perMachine: fit.builder?.description?.perMachine ?? false,
      push: fit.push,
      runtime: fit.runtime && { ...fit.runtime, builder: fit.runtime.builder.name },
    };
  }

  #executors(choice: Choice, environment: EnvironmentDefinition): readonly ExecutorCandidate[] {
    const { executors } = this.#settings;
    if (choice.names.length === 0)
      this.#found.add({
        code: 'AMBIT_PLAN_NO_EXECUTOR',
        message: `There is no executor for ${environment.name}.`,
        hint: 'Name one in the configuration.',
        at: environment.at,
        environment: environment.name,
      });
    return candidates(knownNames('executor', choice, executors, { environment, found: this.#found }), this.#facts.executors);
  }

  #optionsRefusal({ name: environment }: EnvironmentDefinition): Demand['optionsRefusal'] {
    const given = environmentOptions(this.#settings, environment);
    return (executor) => given && optionsRefusal(given, { executor, environment }, this.#facts.options);
  }

  /** `undefined` where the image, or its builder, is unknown. */
  #demanded(choice: Choice, environment: EnvironmentDefinition, use: ImageUse): DemandedImage | undefined {
    const { builders: known, executors, platform: usual, push } = this.#settings;
    if (use.kind === 'unknown') return undefined;
    if (use.kind === 'reference') {
      const names = new Set([...choice.names.filter((name) => known.includes(name)), ...known]);
      const builders = candidates([...names], this.#facts.builders);
      return { ...use, usual, push, builders, executors, known: (executor) => knownPlatforms(this.#facts, executor, use.reference) };
    }
    const isAuto = choice.names[0] === AUTO;
    const names = isAuto ? known : knownNames('builder', choice, known, { environment, found: this.#found });
    if (names.length === 0 && !isAuto) return undefined;
    const needs = this.#needs.get(use) ?? buildNeeds(use.description, use.base);
    this.#needs.set(use, needs);
    const { platforms } = use.description;
    const builders = candidates(names, this.#facts.builders);
    return { kind: 'image', needs, ...(platforms && { platforms }), usual, push, builders, executors };
  }

  #fit(demand: Demand, executors: readonly ExecutorCandidate[]): Fit | undefined {
    const refusals: Refusal[] = [];
    for (const executor of answeredFirst(executors)) {
      const tried = tryExecutor(executor, demand);
      if (isFit(tried)) {
        reportUnanswered('executor', executors, tried.executor, this.#found);
        for (const builder of [tried.builder, tried.runtime?.builder])
          reportUnanswered('builder', demand.image.builders, builder, this.#found);
        return tried;
      }
      refusals.push(tried);
    }
    if (refusals.length > 0) this.#report(demand.environment, refusals);
    return undefined;
  }

  #report({ name, at }: EnvironmentDefinition, refusals: readonly Refusal[]): void {
    const [first] = refusals;
    const messages = [...new Set(refusals.map(({ message }) => message))];
    const isAlike = refusals.every(({ code }) => code === first!.code);
    this.#found.add({
      code: isAlike ? first!.code : 'AMBIT_PLAN_NO_EXECUTOR',
      message: messages.length === 1 ? first!.message : `No executor fits ${name}. ${messages.join(' ')}`,
      hint: first!.hint,
      at: first!.at ?? at,
      environment: name,
    });
  }
}

/** What is decided although nothing fits: where there was no choice. */
function onlyOnes(
  choices: Choices,
  executors: readonly ExecutorCandidate[],
  image: DemandedImage | undefined,
): Pick<Placement, 'builder' | 'executor'> {
  const builders = image?.kind === 'image' && choices.builder.names[0] !== AUTO ? image.builders : [];
  return {
    executor: executors.length === 1 ? { name: executors[0]!.name, by: choices.executor.by } : undefined,
    builder: builders.length === 1 ? { name: builders[0]!.name, by: choices.builder.by } : undefined,
  };
}

function executorBy({ names, by }: Choice): string {
  return names.length > 1 ? `${by}: the first that fits of ${names.join(', ')}` : by;
}

function builderBy({ names, by }: Choice, taken: BuilderCandidate, image: DemandedImage | undefined): string {
  if (names[0] !== AUTO) return by;
  if (!taken.description) return `auto: no other fits, and ${taken.name} could not be asked`;
  if (taken.description.perMachine) return 'auto: every layer can be realised on this machine';
  const reasons = image?.kind === 'image' ? passedOver(taken, image) : [];
  return reasons.length === 0 ? 'auto: the first that can realise every layer' : `auto: the first that can; ${reasons.join('; ')}`;
}

/** What those before it have against the image. */
function passedOver(taken: BuilderCandidate, { builders, needs }: Extract<DemandedImage, { kind: 'image' }>): readonly string[] {
  const before = builders.slice(0, builders.indexOf(taken));
  return before.flatMap(({ name, description }) => (description && builderObjection(name, description, needs)?.text) ?? []);
}
