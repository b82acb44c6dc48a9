import { randomUUID } from 'node:crypto';
import type { Clock, Executor, Placement, Plugin, PluginHost, WorkerRequest } from '@ambit/plugin-api';
import { cannotCheck } from '../clauses/clause.ts';
import type { ExecutorContext } from '../clauses/contexts.ts';
import { patient } from '../clauses/expect.ts';
import { withPatience } from '../clauses/patience.ts';
import { CONTAINER_PATIENCE_MS, onGround } from './conformance-tools.ts';
import type { ConformanceGround, MakeContext } from './conformance-tools.ts';
import { containerPlacement, refuseMissing } from './container-placement.ts';
import { killWorker, processLives } from './processes.ts';

const mebibyte = 2 ** 20;

type Executors = Required<Pick<Plugin, 'executor'>>;

/** Gives contexts of real workers, for an executor that takes folders of this machine or images of containers. */
export function executorContexts(plugin: Executors): MakeContext<ExecutorContext> {
  let imageIsThere: Promise<void> | undefined;
  return (tools) =>
    onGround(tools, async (ground) => {
      const clock = movedClock(ground.host.clock);
      const host: PluginHost = { ...ground.host, clock };
      const look = (executor: Executor, placement: Placement): Promise<void> =>
        (imageIsThere ??= refuseMissing(
          executor,
          placement,
          requestOf({ id: `w-${randomUUID()}`, owner: 'probe', publicKey: '' }, placement),
        ));
      const { placement, patienceMs } = await placed(plugin.executor(host), ground, look);
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
async function placed(
  executor: Executor,
  ground: ConformanceGround,
  look: (executor: Executor, placement: Placement) => Promise<void>,
): Promise<Pick<ExecutorContext, 'placement' | 'patienceMs'>> {
  try {
    const description = await executor.describe(patient()).catch(() => undefined);
    const kinds = description?.accepts.map(({ kind }) => kind) ?? [];
    if (!description || kinds.includes('host-directory')) return { placement: await ground.placement() };
    const { containers } = ground;
    if (!containers) throw cannotCheck(`this executor takes images as ${kinds.join(', ')}, and clauses have one as host-directory`);
    const placement = await containerPlacement(description, ground, containers);
    await withPatience(CONTAINER_PATIENCE_MS, () => look(executor, placement));
    return { placement, patienceMs: CONTAINER_PATIENCE_MS };
  } finally {
    await executor.dispose();
  }
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
