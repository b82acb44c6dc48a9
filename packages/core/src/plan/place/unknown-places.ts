import { suggestion } from '@ambit/plugin-api';
import type { EnvironmentDefinition } from '../../model/definition.ts';
import type { Diagnostics } from '../diagnostics.ts';
import type { PlanSettings } from '../plan.ts';

/**
 * Places for environments that the file does not have. One configuration may serve several files, so that is right where another
 * has them; a name like one of this file that got no place is more likely a mistake.
 */
export function reportUnknownPlaces(
  environments: PlanSettings['environments'],
  known: Iterable<EnvironmentDefinition>,
  found: Diagnostics,
): void {
  const names = new Set(Array.from(known, ({ name }) => name));
  const unplaced = [...names].filter((name) => !Object.hasOwn(environments ?? {}, name));
  for (const [name, { by }] of Object.entries(environments ?? {})) {
    if (names.has(name)) continue;
    const meant = suggestion(name, unplaced);
    found.add({
      code: 'AMBIT_PLAN_UNKNOWN_ENVIRONMENT',
      severity: meant === undefined ? 'hint' : 'warning',
      message: `The ${by} says where ${name} is built or run, and this file has no such environment.${meant === undefined ? '' : ` Did you mean '${meant}'?`}`,
      hint: `Correct the name there, unless another file that the configuration serves has ${name}.`,
    });
  }
}
