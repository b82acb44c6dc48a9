import type { BuilderDescription } from '@ambit/plugin-api';
import type { PlanSettings } from '../plan.ts';
import { platformObjection } from './build-needs.ts';
import type { Objection } from './build-needs.ts';
import type { Candidate } from './candidates.ts';
import { pushMissing, shownLocations } from './locations.ts';

/** How a builder brings an image of the runtime into a registry, for an executor that takes it from there. */
export function runtimeWay(
  { name, description: builder }: Candidate<BuilderDescription>,
  executor: string,
  { platform, push }: { readonly platform: string; readonly push: PlanSettings['push'] },
): Objection | { readonly push?: { readonly repository: string } } {
  const way = push ? { push: { repository: push.repository } } : {};
  if (!builder) return way;
  if (builder.perMachine || !builder.layers.includes('source'))
    return { text: `builder ${name} makes no images of containers`, hint: 'Add a builder of containers to the configuration.' };
  const foreign = platformObjection(name, builder, [platform]);
  if (foreign) return foreign;
  if (push || builder.offers.some(({ kind }) => kind === 'registry')) return way;
  return {
    text: `builder ${name} offers ${shownLocations(builder.offers)}, and executor ${executor} takes the runtime from a registry`,
    hint: pushMissing(name),
    isOnlyConfiguration: true,
  };
}
