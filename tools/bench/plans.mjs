import { TaskEnvironment, createPlan, environmentDefinition, factRequests } from '@ambit/core';

/** `size` environments, each with five edges to later ones. */
export function mesh(size, edges = 5) {
  const environments = [];
  for (let i = size - 1; i >= 0; i -= 1) {
    const dependsOn = [];
    for (let k = 0; k < edges && environments.length > 0; k += 1)
      dependsOn.push(environments[environments.length - 1 - ((k * 7919) % Math.min(environments.length, 1000))]);
    environments.push(new TaskEnvironment({ name: `e${i}`, dependsOn: [...new Set(dependsOn)] }));
  }
  return environments.at(-1);
}

export function chain(length) {
  let last;
  for (let i = 0; i < length; i += 1) last = new TaskEnvironment({ name: `c${i}`, dependsOn: last ? [last] : [] });
  return last;
}

/** Diamond upon diamond: 2 * levels + 1 environments. */
export function ladder(levels) {
  let previous = [];
  for (let i = 0; i < levels; i += 1) previous = [0, 1].map((side) => new TaskEnvironment({ name: `e${i}-${side}`, dependsOn: previous }));
  return new TaskEnvironment({ name: 'top', dependsOn: previous });
}

const facts = {
  files: {},
  bundles: {},
  builders: {
    host: {
      layers: ['npm', 'env', 'workdir'],
      features: { cacheMounts: false, buildSecrets: false, targets: false, parents: false },
      platforms: ['linux/amd64'],
      offers: [{ kind: 'host-directory' }],
      context: 'directory',
      perMachine: true,
      concurrency: 2,
    },
  },
  executors: {
    local: {
      platforms: ['linux/amd64'],
      accepts: [{ kind: 'host-directory' }],
      runtime: ['directory'],
      enforces: { cpu: false, memory: true, disk: false },
      cpuReturnable: true,
      stopProof: [],
      secretsOnDisk: 'never',
    },
  },
};
const bundle = { digest: `sha256:${'0'.repeat(64)}`, packages: [], calls: [], diagnostics: [] };

/** Milliseconds of making the plan, without making the environments. */
export function timePlan(environment) {
  const input = {
    targets: [{ environment: environmentDefinition(environment) }],
    settings: { platform: 'linux/amd64', builders: ['host'], executors: ['local'] },
  };
  const bundles = {};
  for (const request of factRequests(input)) if (request.kind === 'bundle') bundles[request.key] = bundle;
  const started = performance.now();
  const plan = createPlan(input, { ...facts, bundles });
  const elapsed = performance.now() - started;
  if (plan.diagnostics.some((found) => found.severity === 'error')) throw new Error(JSON.stringify(plan.diagnostics[0]));
  return elapsed;
}
