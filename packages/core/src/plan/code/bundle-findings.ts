import type { EnvironmentDefinition } from '../../model/definition.ts';
import { answerOf, isFailed } from '../answers.ts';
import type { Failed } from '../answers.ts';
import type { Diagnostics } from '../diagnostics.ts';
import type { ImageUses } from '../images/image-uses.ts';
import type { BundleFacts, Facts } from '../plan.ts';
import { Reach } from '../walk/reach.ts';
import type { Walk } from '../walk/walk.ts';
import { reportMissingPackages } from './missing-packages.ts';
import { reportPackageVersions } from './package-versions.ts';

/** What the code of the environments says: which tasks it calls, which packages it imports. */
export function reportBundles(walk: Walk, facts: Facts, images: ImageUses, found: Diagnostics): void {
  const indices = new Map<string, number>();
  for (const [index, { definition }] of walk.visits.entries()) if (!indices.has(definition.name)) indices.set(definition.name, index);
  const reach = new Reach(walk.visits);
  for (const [name, index] of indices) {
    const { definition } = walk.visits[index]!;
    const bundle = answerOf(facts.bundles, name);
    if (isFailed(bundle)) {
      reportFailed(definition, bundle, found);
      continue;
    }
    for (const diagnostic of bundle.diagnostics) found.add({ ...diagnostic, environment: name });
    reportCalls({ walk, indices, reach }, index, bundle, found);
    const image = images.of(definition);
    reportMissingPackages(definition, image, { uses: bundle.packages, files: facts.files }, found);
    reportPackageVersions(definition, image, bundle, found);
  }
}

function reportFailed({ name, at }: EnvironmentDefinition, { failed, code }: Failed, found: Diagnostics): void {
  // Of files that changed meanwhile, every environment says the same.
  found.addOnce(code === 'AMBIT_BUNDLE_CHANGED' ? failed : name, {
    code: 'AMBIT_PLAN_BUNDLE_FAILED',
    message: `The code of ${name} could not be bundled: ${failed}`,
    hint: code === 'AMBIT_BUNDLE_CHANGED' ? 'Run it again.' : 'Correct the code, and plan again.',
    at,
    environment: name,
  });
}

interface Surroundings {
  readonly walk: Walk;
  readonly indices: ReadonlyMap<string, number>;
  readonly reach: Reach;
}

function reportCalls({ walk, indices, reach }: Surroundings, from: number, { calls }: BundleFacts, found: Diagnostics): void {
  const { definition } = walk.visits[from]!;
  for (const { task, environment, at } of calls) {
    const to = indices.get(environment);
    const mend = `Add the environment ${environment} to dependsOn of ${definition.name}${definition.at === undefined ? '' : ` (${definition.at})`}.`;
    if (to === undefined)
      found.addOnce(`${definition.name} ${task} ${at}`, {
        code: 'AMBIT_PLAN_UNREACHED_TASK',
        message: `${definition.name} calls ${task}, and the environment ${environment} is not in this plan.`,
        hint: mend,
        at,
        environment: definition.name,
      });
    // With a cycle nobody knows which edge will go.
    else if (walk.backEdges.length === 0 && !reach.reaches(from, to))
      found.addOnce(`${definition.name} ${task} ${at}`, {
        code: 'AMBIT_PLAN_INDIRECT_DEPENDENCY',
        severity: 'warning',
        message: `${definition.name} calls ${task}, and only others bring the environment ${environment} into this plan.`,
        hint: mend,
        at,
        environment: definition.name,
      });
  }
}
