import type { EnvironmentDefinition, Place } from '../../model/definition.ts';
import type { Diagnostics } from '../diagnostics.ts';

interface Namesakes {
  readonly reached: EnvironmentDefinition[];
  readonly others: EnvironmentDefinition[];
}

/** Different environments of one name: an error where the targets reach them, else a warning. */
export function reportClashes(reached: Iterable<EnvironmentDefinition>, others: Iterable<EnvironmentDefinition>, found: Diagnostics): void {
  const seen = new Set<EnvironmentDefinition>();
  const byName = new Map<string, Namesakes>();
  const add = (definition: EnvironmentDefinition, group: keyof Namesakes): void => {
    if (seen.has(definition)) return;
    seen.add(definition);
    const namesakes = byName.get(definition.name) ?? { reached: [], others: [] };
    byName.set(definition.name, namesakes);
    namesakes[group].push(definition);
  };
  for (const definition of reached) add(definition, 'reached');
  for (const definition of others) add(definition, 'others');
  for (const [name, namesakes] of byName) reportName(name, namesakes, found);
}

function reportName(name: string, { reached, others }: Namesakes, found: Diagnostics): void {
  const clashing = reached.length > 1 ? reached : [...reached, ...others];
  if (clashing.length < 2) return;
  const places = clashing.flatMap(({ at }) => at ?? []);
  found.add({
    code: 'AMBIT_PLAN_NAME_CLASH',
    severity: reached.length > 1 ? 'error' : 'warning',
    message: clashText(name, clashing.length, places),
    hint: 'Give each environment a name of its own.',
    at: places.at(-1),
    environment: name,
  });
}

function clashText(name: string, count: number, places: readonly Place[]): string {
  const spots = [...new Set(places)].map((place) => /^(.*):(\d+)$/.exec(place)?.slice(1) ?? [place, '?']);
  const file = spots[0]?.[0];
  if (file === undefined) return `There are ${count} environments named ${name}.`;
  if (spots.some((spot) => spot[0] !== file)) return `There are ${count} environments named ${name}: ${listed(places)}.`;
  const lines = spots.map((spot) => spot[1]!);
  return `${file} defines ${count} environments named ${name}, in ${lines.length === 1 ? 'line' : 'lines'} ${listed(lines)}.`;
}

function listed(items: readonly string[]): string {
  return [items.slice(0, -1).join(', '), ...items.slice(-1)].filter((part) => part !== '').join(' and ');
}
