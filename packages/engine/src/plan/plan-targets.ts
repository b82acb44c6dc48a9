import { builderRequests, createPlan, factRequests } from '@ambit/core';
import type { EnvironmentDefinition, FactRequest, Facts, PlanInput, PlanSettings, PlanTarget } from '@ambit/core';
import type { Digest } from '@ambit/plugin-api';
import type { LoadedProject } from '@ambit/bundler';
import type { EngineParts, FilesRequest, Planned } from '../engine.ts';
import type { Descriptions } from './descriptions.ts';
import { gatherFacts } from './gather-facts.ts';

export interface PlanParts extends Pick<EngineParts, 'readFiles' | 'secrets' | 'executors' | 'optionsSchemas'> {
  readonly descriptions: Descriptions;
}

/** Asks what the planner wants to know, and plans. */
export async function planTargets(
  parts: PlanParts,
  {
    project,
    targets,
    settings,
  }: { readonly project: LoadedProject; readonly targets: readonly PlanTarget[]; readonly settings: PlanSettings },
  signal: AbortSignal,
): Promise<Planned> {
  const others = project.environments.map(({ definition }) => definition);
  const input: PlanInput = { targets, others, settings };
  const requests = factRequests(input);
  const sources = { project, ...parts };
  const first = await gatherFacts(requests, sources, signal);
  const { builders } = await gatherFacts(builderRequests(input, first), sources, signal);
  const facts = { ...first, builders: { ...first.builders, ...builders } };
  return { project, plan: createPlan(input, facts), definitions: reached(targets), ...filesOf(requests, facts) };
}

function filesOf(requests: readonly FactRequest[], facts: Facts): Pick<Planned, 'files' | 'packages'> {
  const files = new Map<Digest, FilesRequest>();
  const packages = new Map<string, Digest>();
  for (const request of requests) {
    const answer = request.kind === 'files' ? facts.files[request.key] : undefined;
    if (request.kind !== 'files' || !answer || !('digest' in answer)) continue;
    files.set(answer.digest, request);
    if (request.what === 'source') packages.set(request.path, answer.digest);
  }
  return { files, packages };
}

/** All that the targets reach, by name; of two with one name, the first, as in the plan. */
function reached(targets: readonly PlanTarget[]): ReadonlyMap<string, EnvironmentDefinition> {
  const found = new Map<string, EnvironmentDefinition>();
  const seen = new Set<EnvironmentDefinition>();
  const left = targets.map(({ environment }) => environment).reverse();
  for (let next = left.pop(); next; next = left.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (!found.has(next.name)) found.set(next.name, next);
    for (const edge of next.dependsOn.toReversed()) left.push(edge.environment);
  }
  return found;
}
