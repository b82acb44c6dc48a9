import type { EnvironmentDefinition } from '../../model/definition.ts';
import { ownEntry } from '../answers.ts';
import type { PlanSettings } from '../plan.ts';

export const AUTO = 'auto';

/** Names that somebody said, and who: what stands in `builderBy` and `executorBy`. */
export interface Choice {
  readonly names: readonly string[];
  readonly by: string;
  readonly inCode: boolean;
}

/** One name, or `auto`. */
export function builderChoice(settings: PlanSettings, { name, builder }: EnvironmentDefinition): Choice {
  const named = ownEntry(settings.environments, name);
  if (settings.builder) return said([settings.builder.name], settings.builder.by);
  if (named?.builder !== undefined) return said([named.builder], named.by);
  if (builder !== undefined) return { names: [builder], by: 'code', inCode: true };
  if (settings.defaults?.builder !== undefined) return said([settings.defaults.builder], settings.defaults.by);
  return said([AUTO], 'default');
}

/** The first that fits is to be taken. */
export function executorChoice(settings: PlanSettings, { name, executors }: EnvironmentDefinition): Choice {
  const named = ownEntry(settings.environments, name);
  if (settings.executor) return said([settings.executor.name], settings.executor.by);
  if (named?.executor !== undefined) return said(named.executor, named.by);
  if (executors !== undefined) return { names: executors, by: 'code', inCode: true };
  if (settings.defaults?.executor !== undefined) return said(settings.defaults.executor, settings.defaults.by);
  return said(settings.executors.slice(0, 1), 'default');
}

function said(names: readonly string[], by: string): Choice {
  return { names, by, inCode: false };
}
