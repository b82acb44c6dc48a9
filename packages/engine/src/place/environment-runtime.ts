import type { PlannedEnvironment } from '@ambit/core';
import { AmbitError } from '@ambit/plugin-api';
import type { ExecutorDescription, Placement } from '@ambit/plugin-api';
import type { ImageBuilds } from '../build/image-builds.ts';
import { runtimeImage } from '../build/runtime-image.ts';
import type { EngineParts, Planned } from '../engine.ts';

export interface EnvironmentRuntimeParts {
  readonly engine: Pick<EngineParts, 'runtimeFiles'>;
  readonly planned: Pick<Planned, 'plan'>;
  readonly capabilities: ReadonlyMap<string, ExecutorDescription>;
  readonly runtime: (executor: string, platform: string) => Promise<Placement['runtime']>;
  readonly builds: ImageBuilds;
}

/** What workers of an environment are started with: a folder, or the image that is made of it. Rejects with a `BuildFailure` where none can be. */
export async function environmentRuntime(
  { engine, planned, capabilities, runtime, builds }: EnvironmentRuntimeParts,
  { name, executor = '' }: PlannedEnvironment,
  platform: string,
): Promise<Placement['runtime']> {
  const brought = await runtime(executor, platform);
  if (capabilities.get(executor)?.runtime[0] !== 'image') return brought;
  const by = planned.plan.runtimes?.find(({ environments }) => environments.includes(name));
  if (!by) throw notPlanned(name, executor);
  const { locations } = await builds.ensure(runtimeImage(brought, by, engine));
  return { digest: brought.digest, locations };
}

/** Its executor did not answer while the plan was made. */
function notPlanned(environment: string, executor: string): AmbitError {
  return new AmbitError(
    'AMBIT_PLAN_INVALID',
    `The plan does not say who brings the runtime of ${environment} to the executor ${executor}.`,
    {
      hint: 'Plan again; if it stays so, report this as a bug.',
      facts: { environment, executor, failure: 'configuration' },
    },
  );
}
