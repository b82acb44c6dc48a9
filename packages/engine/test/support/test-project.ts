import { createHash } from 'node:crypto';
import type { LoadedProject } from '@ambit/bundler';
import { TaskEnvironment, environmentDefinition } from '@ambit/core';
import type { AnyEnvironment, EnvironmentDefinition, EnvironmentOptions, TaskOptions } from '@ambit/core';

/** What a loader would make of a module that exports these environments. */
export function testProject(environments: readonly AnyEnvironment[]): LoadedProject {
  const definitions = environments.map((environment) => environmentDefinition(environment)!);
  const tasks = definitions.flatMap((environment) => [...environment.tasks.values()].map((definition) => ({ definition, environment })));
  return {
    entry: '/project/main.ts',
    root: '/project',
    exports: {},
    environments: definitions.map((definition) => ({ definition })),
    tasks,
    bundle: async ({ name }: EnvironmentDefinition) => ({
      environment: name,
      digest: `sha256:${createHash('sha256').update(name).digest('hex')}` as const,
      packages: [],
      calls: [],
      diagnostics: [],
      entry: 'main.mjs',
      files: [{ path: 'main.mjs', mode: 0o644, data: Buffer.from(`// ${name}`) }],
    }),
  };
}

/** An environment with tasks of these names; what they do is said to the executor. */
export function environment(
  name: string,
  tasks: Readonly<Record<string, TaskOptions>>,
  options: Omit<EnvironmentOptions<string>, 'name'> = {},
): TaskEnvironment {
  const made = new TaskEnvironment({ name, ...options });
  for (const [task, policy] of Object.entries(tasks)) made.task(task, policy, async () => undefined);
  return made;
}
