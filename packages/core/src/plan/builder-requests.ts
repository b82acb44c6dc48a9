import { answerOf, isFailed } from './answers.ts';
import { Diagnostics } from './diagnostics.ts';
import { builderQuestion } from './fact-requests.ts';
import { ImageUses } from './images/image-uses.ts';
import { AUTO, builderChoice } from './place/choices.ts';
import { Placer } from './place/placer.ts';
import type { FactRequest, Facts, PlanInput } from './plan.ts';
import { walk } from './walk/walk.ts';

/**
 * What has to be looked up once `factRequests` are answered: with `auto` only the first builder was asked, and where that does
 * not do, so are the others. A builder that nobody needs need not be there, and costs nothing.
 */
export function builderRequests({ targets, settings }: PlanInput, facts: Facts): FactRequest[] {
  const left = settings.builders.filter((name) => !Object.hasOwn(facts.builders, name));
  if (left.length === 0) return [];
  const images = new ImageUses(settings, facts, new Diagnostics());
  const placer = new Placer(settings, facts, new Diagnostics());
  const { visits } = walk(targets.map(({ environment }) => environment));
  const needsOthers = visits.some(({ definition }) => {
    if (builderChoice(settings, definition).names[0] !== AUTO) return false;
    const use = images.of(definition);
    if (use.kind !== 'image') return false;
    const { builder } = placer.place(definition, use);
    return builder === undefined || isFailed(answerOf(facts.builders, builder.name));
  });
  return needsOthers ? left.map(builderQuestion(visits)) : [];
}
