import { reportBundles } from './code/bundle-findings.ts';
import { Diagnostics } from './diagnostics.ts';
import { freezeDeep } from './freeze.ts';
import { ImageGraph } from './images/image-graph.ts';
import { ImageUses } from './images/image-uses.ts';
import { ReferenceUses } from './images/reference-uses.ts';
import { RuntimeUses } from './images/runtime-uses.ts';
import { Placer } from './place/placer.ts';
import { reportUnknownPlaces } from './place/unknown-places.ts';
import { planDigest } from './plan-digest.ts';
import type { Facts, Plan, PlanInput } from './plan.ts';
import { reportSecrets } from './missing-secrets.ts';
import { plannedEnvironments, targetName } from './planned-environments.ts';
import { reportClashes } from './walk/clashes.ts';
import { reportCycle } from './walk/cycle.ts';
import { walk } from './walk/walk.ts';

/** Pure: what the targets need, from definitions and answers to `factRequests`. A plan with errors is a plan too, as far as it could be made. */
export function createPlan({ targets, others = [], settings }: PlanInput, facts: Facts): Plan {
  const found = new Diagnostics();
  const reached = walk(targets.map(({ environment }) => environment));
  reportCycle(reached, found);
  const definitions = reached.visits.map(({ definition }) => definition);
  reportClashes(definitions, others, found);
  const images = new ImageUses(settings, facts, found);
  const graph = new ImageGraph();
  const placer = new Placer(settings, facts, found);
  const references = new ReferenceUses(facts, found);
  const runtimes = new RuntimeUses();
  const environments = plannedEnvironments(reached, targets, { facts, settings, images, graph, references, runtimes, placer });
  reportBundles(reached, facts, images, found);
  reportSecrets(reached, facts, found);
  reportUnknownPlaces(settings.environments, [...definitions, ...others], found);
  const names = [...new Set(targets.map(targetName))];
  const built = graph.images();
  const digest = planDigest(names, environments, built);
  const [used, brought] = [references.all(), runtimes.all()];
  return freezeDeep({
    version: 1,
    digest,
    targets: names,
    environments,
    images: built,
    ...(used.length > 0 && { references: used }),
    ...(brought.length > 0 && { runtimes: brought }),
    diagnostics: found.all(),
  });
}
