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
 * not do, so are the others; and so they are where the runtime of an image that is used as it is has to become an image. A builder
 * that nobody needs need not be there, and costs nothing.
 */
export function builderRequests({ targets, settings }: PlanInput, facts: Facts): FactRequest[] {
  const left = settings.builders.filter((name) => !Object.hasOwn(facts.builders, name));
  if (left.length === 0) return [];
  const images = new ImageUses(settings, facts, new Diagnostics());
  const placer = new Placer(settings, facts, new Diagnostics());
  const isOpen = (builder: string | undefined): boolean => builder === undefined || isFailed(answerOf(facts.builders, builder));
  const { visits } = walk(targets.map(({ environment }) => environment));
  const needsOthers = visits.some(({ definition }) => {
    const use = images.of(definition);
    const isAuto = builderChoice(settings, definition).names[0] === AUTO;
    if (use.kind === 'unknown' || (use.kind === 'image' && !isAuto)) return false;
    const { builder, runtime } = placer.place(definition, use);
    return (use.kind === 'image' && isOpen(builder?.name)) || (runtime !== undefined && isOpen(runtime.builder));
  });
  return needsOthers ? left.map(builderQuestion(visits)) : [];
}
