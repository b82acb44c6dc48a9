import type { EnvironmentDefinition, Place } from '../../model/definition.ts';

export interface Edge {
  /** Index of the environment in the walk. */
  readonly to: number;
  readonly at: Place | undefined;
}

/** An environment that the targets reach. */
export interface Visit {
  readonly definition: EnvironmentDefinition;
  /** As its `dependsOn`. */
  readonly edges: readonly Edge[];
  /** Its place in post-order: behind all that were first reached through it. */
  readonly left: number;
}

/** What the targets reach, in pre-order: each environment once, at its first visit. */
export interface Walk {
  readonly visits: readonly Visit[];
  /** Edges to an environment that was not left yet, as pairs of indices. Each cycle has at least one. */
  readonly backEdges: readonly (readonly [from: number, to: number])[];
}

interface OpenVisit {
  readonly definition: EnvironmentDefinition;
  readonly dependsOn: EnvironmentDefinition['dependsOn'];
  readonly edges: Edge[];
  left: number;
}

/** No recursion: a chain may be as long as it likes. */
export function walk(targets: Iterable<EnvironmentDefinition>): Walk {
  const indices = new Map<EnvironmentDefinition, number>();
  const visits: OpenVisit[] = [];
  const backEdges: [number, number][] = [];
  const open: number[] = [];
  let lefts = 0;
  const enter = (definition: EnvironmentDefinition): number => {
    const index = visits.length;
    indices.set(definition, index);
    visits.push({ definition, dependsOn: definition.dependsOn, edges: [], left: -1 });
    open.push(index);
    return index;
  };
  const step = (from: number, visit: OpenVisit): void => {
    const edge = visit.dependsOn[visit.edges.length];
    if (edge === undefined) {
      visit.left = lefts++;
      open.pop();
      return;
    }
    const known = indices.get(edge.environment);
    if (known !== undefined && visits[known]!.left < 0) backEdges.push([from, known]);
    visit.edges.push({ to: known ?? enter(edge.environment), at: edge.at });
  };
  for (const target of targets) {
    if (!indices.has(target)) enter(target);
    for (let last = open.at(-1); last !== undefined; last = open.at(-1)) step(last, visits[last]!);
  }
  return { visits, backEdges };
}
