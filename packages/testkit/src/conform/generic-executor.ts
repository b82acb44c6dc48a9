import { createHash } from 'node:crypto';
import { platformOf } from '@ambit/plugin-api';
import type { Clock, Digest, Executor, ExecutorDescription, Placement, Plugin, PluginHost, WorkerRequest } from '@ambit/plugin-api';
import { cannotCheck } from '../clauses/clause.ts';
import type { ExecutorContext } from '../clauses/contexts.ts';
import { patient } from '../clauses/expect.ts';
import { CONTAINER_PATIENCE_MS, onGround } from './conformance-tools.ts';
import type { ConformanceGround, ConformanceTools, ContainerTools } from './conformance-tools.ts';
import { killWorker, processLives } from './processes.ts';

const mebibyte = 2 ** 20;

/** Real workers, for an executor that takes folders of this machine or images of containers. */
export function executorContext(plugin: Required<Pick<Plugin, 'executor'>>, tools: ConformanceTools): Promise<ExecutorContext> {
  return onGround(tools, async (ground) => {
    const clock = movedClock(ground.host.clock);
    const host: PluginHost = { ...ground.host, clock };
    const { placement, patienceMs } = await placed(plugin.executor(host), ground);
    return {
      ...(patienceMs !== undefined && { patienceMs }),
      open: () => plugin.executor(host),
      request: (chosen) => requestOf(chosen, placement),
      placement,
      speaksProtocol: true,
      kill: ({ id }) => killWorker(host.machine, id),
      expire: async ({ expiresAt = '' }) => clock.moveTo(Date.parse(expiresAt) + 1),
      processLives: (argument) => processLives(host.machine, argument),
      dispose: () => ground.dispose(),
    };
  });
}

/** What an executor says of itself is the matter of its clauses; here only what it can be given. */
async function placed(executor: Executor, ground: ConformanceGround): Promise<Pick<ExecutorContext, 'placement' | 'patienceMs'>> {
  try {
    const description = await executor.describe(patient()).catch(() => undefined);
    const kinds = description?.accepts.map(({ kind }) => kind) ?? [];
    if (!description || kinds.includes('host-directory')) return { placement: await ground.placement() };
    const { containers } = ground;
    if (!containers) throw cannotCheck(`this executor takes images as ${kinds.join(', ')}, and clauses have one as host-directory`);
    await refuseMissing(executor, containers);
    return { placement: await inContainer(description, ground, containers), patienceMs: CONTAINER_PATIENCE_MS };
  } finally {
    await executor.dispose();
  }
}

async function refuseMissing(executor: Executor, { image }: ContainerTools): Promise<void> {
  const found = await executor.findImage?.(image, patient()).catch(() => undefined);
  if (found?.found === 'no')
    throw cannotCheck(`the image ${image} cannot be had: ${found.reason}. Name one that can: ambit conform --image`);
}

/** An image that is used as it is. */
async function inContainer(
  { platforms, runtime: [kind = 'directory'] }: ExecutorDescription,
  { host: { machine } }: ConformanceGround,
  { image, runtime }: ContainerTools,
): Promise<Placement> {
  const platform = platformOf(await machine.facts(patient()));
  if (!platforms.includes(platform))
    throw cannotCheck(`this executor runs images for ${platforms.join(', ')}, and the worker that clauses have is for ${platform}`);
  const digest: Digest = `sha256:${createHash('sha256').update(image).digest('hex')}`;
  const identity = { digest, platform, reference: image };
  return { image: { identity, locations: [] }, runtime: await runtime(machine, { kind, platform }) };
}

function requestOf(chosen: Pick<WorkerRequest, 'id' | 'owner' | 'publicKey'>, { image }: Placement): WorkerRequest {
  return {
    ...chosen,
    run: 'run-a',
    environment: 'conform',
    image: image.identity,
    resources: { cpu: { request: 1 }, memory: { request: 64 * mebibyte, limit: 512 * mebibyte } },
    env: {},
    volumes: [],
    resultTtlMs: 60_000,
    graceMs: 1_000,
    options: {},
  };
}

/** A clock that is ahead of another, as far as it was moved. */
function movedClock(clock: Clock): Clock & { moveTo(milliseconds: number): void } {
  let ahead = 0;
  const now = (): number => clock.now().getTime() + ahead;
  return {
    now: () => new Date(now()),
    sleep: (milliseconds, signal) => clock.sleep(milliseconds, signal),
    moveTo: (milliseconds) => (ahead += Math.max(0, milliseconds - now())),
  };
}
