import type { Json } from '@ambit/plugin-api';
import type { Planned, RunRequest } from '../engine.ts';
import { environmentImage } from '../place/environment-image.ts';
import { preflight } from '../place/preflight.ts';
import { refuseSecretsInInput } from '../place/secrets-in-input.ts';
import { GRACE_MS } from '../place/worker-request.ts';
import { executorNamed } from '../plan/descriptions.ts';
import { createRun } from '../record/run-lease.ts';
import { RunDriver } from './run-driver.ts';
import type { RunDriverParts } from './run-driver.ts';
import { runKey } from './run-key.ts';
import { rootTask, runTasks } from './run-tasks.ts';

/** Makes a run and begins to drive it. What needs no place is looked up while the run is made. */
export async function startRun(parts: RunDriverParts, planned: Planned, request: RunRequest, signal: AbortSignal): Promise<RunDriver> {
  const { engine, descriptions, holder, runtime } = parts;
  const { clock, log, runs } = engine;
  const tasks = runTasks(planned);
  const task = rootTask(tasks, request.task);
  const key = runKey();
  const graceMs = request.graceMs ?? GRACE_MS;
  const startedAt = clock.now().toISOString();
  const names = new Set(planned.plan.environments.map(({ executor }) => executor ?? ''));
  // Runtimes are wanted soon; whoever wants one hears of its failure.
  for (const { executor, platform } of wantedRuntimes(planned)) runtime(executor, platform).catch(() => undefined);
  const executors = new Map([...names].map((name) => [name, executorNamed(engine.executors, name)]));
  const asked = [...names].map(async (name) => [name, await descriptions.executor(name, signal)] as const);
  const capabilities = new Map(await Promise.all(asked));
  const secrets = await refuseSecretsInInput(request, planned, engine.secrets ?? [], signal);
  const create = { task: request.task, tags: { ...request.tags }, startedAt } satisfies Json;
  const owner = { owner: runs.owner, run: request.name ?? '', publicKey: key.publicKey, graceMs };
  const [held, refusal] = await Promise.all([
    createRun(runs, { holder, name: request.name, create }, signal),
    preflight(planned, { executors, log, owner }, signal),
  ]);
  const driver = new RunDriver({ ...parts, planned, request, held, key, graceMs, startedAt, tasks, capabilities, secrets });
  driver.begin(task, refusal);
  return driver;
}

function wantedRuntimes({ plan }: Planned): readonly { readonly executor: string; readonly platform: string }[] {
  return plan.environments.flatMap((environment) => {
    const platform = environmentImage(plan, environment)?.identity.platform;
    return environment.executor === undefined || platform === undefined ? [] : [{ executor: environment.executor, platform }];
  });
}
