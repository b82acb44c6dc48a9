import type { Place } from '../../model/definition.ts';
import type { Diagnostics } from '../diagnostics.ts';
import type { Visit, Walk } from './walk.ts';

const longestShown = 16;

/** An error with the shortest cycle, at the place of the edge that closes it. */
export function reportCycle(walk: Walk, found: Diagnostics): void {
  const cycle = shortestCycle(walk);
  if (!cycle) return;
  const names = cycle.map((index) => walk.visits[index]!.definition.name);
  const path = [...names, names[0]!];
  const shown = path.length <= longestShown ? path : [...path.slice(0, 8), `(${path.length - 12} more)`, ...path.slice(-4)];
  found.add({
    code: 'AMBIT_PLAN_CYCLE',
    message: `${cycle.length === 1 ? 'An environment depends on itself' : 'Environments depend on each other'}: ${shown.join(' -> ')}.`,
    hint: 'Remove one of these dependencies. Tasks that need each other belong into one environment.',
    at: placeOf(walk.visits, cycle),
    environment: names[0],
  });
}

/**
 * As indices, beginning with the environment that was visited first. Each cycle has a back edge, so the shortest way from
 * the end of each back edge to its beginning is enough.
 */
function shortestCycle({ visits, backEdges }: Walk): readonly number[] | undefined {
  const tailsOf = new Map<number, Set<number>>();
  for (const [from, to] of backEdges) tailsOf.set(to, (tailsOf.get(to) ?? new Set()).add(from));
  let shortest: readonly number[] | undefined;
  for (const [head, tails] of tailsOf) shortest = wayBelow(visits, head, tails, shortest?.length ?? Infinity) ?? shortest;
  if (!shortest) return undefined;
  const first = shortest.indexOf(shortest.reduce((least, index) => Math.min(least, index)));
  return [...shortest.slice(first), ...shortest.slice(0, first)];
}

/** The shortest way from `head` to one of `tails`, both included, if it has fewer than `below` environments. */
function wayBelow(visits: readonly Visit[], head: number, tails: ReadonlySet<number>, below: number): readonly number[] | undefined {
  const cameFrom = new Map([[head, head]]);
  let level = [head];
  for (let length = 1; length < below && level.length > 0; length += 1) {
    const tail = level.find((index) => tails.has(index));
    if (tail !== undefined) return wayTo(tail, head, cameFrom);
    const next: number[] = [];
    for (const from of level)
      for (const { to } of visits[from]!.edges) {
        if (cameFrom.has(to)) continue;
        cameFrom.set(to, from);
        next.push(to);
      }
    level = next;
  }
  return undefined;
}

function wayTo(tail: number, head: number, cameFrom: ReadonlyMap<number, number>): readonly number[] {
  const way = [tail];
  while (way.at(-1) !== head) way.push(cameFrom.get(way.at(-1)!)!);
  return way.reverse();
}

function placeOf(visits: readonly Visit[], cycle: readonly number[]): Place | undefined {
  const edges = cycle.flatMap((from, position) => visits[from]!.edges.filter(({ to }) => to === cycle[(position + 1) % cycle.length]));
  return edges.reverse().find(({ at }) => at !== undefined)?.at;
}
