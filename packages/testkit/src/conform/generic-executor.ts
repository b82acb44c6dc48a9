import type { Clock, Executor, Placement, Plugin, PluginHost, WorkerRequest } from '@ambit/plugin-api';
import { cannotCheck } from '../clauses/clause.ts';
import type { ExecutorContext } from '../clauses/contexts.ts';
import { patient } from '../clauses/expect.ts';
import { onGround } from './conformance-tools.ts';
import type { ConformanceTools } from './conformance-tools.ts';
import { killWorker, processLives } from './processes.ts';

const mebibyte = 2 ** 20;

/** Real workers, for an executor whose place sees the folders and the processes of this machine. */
export function executorContext(plugin: Required<Pick<Plugin, 'executor'>>, tools: ConformanceTools): Promise<ExecutorContext> {
  return onGround(tools, async (ground) => {
    const clock = movedClock(ground.host.clock);
    const host: PluginHost = { ...ground.host, clock };
    const placement = await ground.placement();
    await takes(plugin.executor(host), placement);
    return {
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

/** What an executor says of itself is the matter of its clauses; here only whether it can be given what there is. */
async function takes(executor: Executor, { image }: Placement): Promise<void> {
  const description = await executor.describe(patient()).catch(() => undefined);
  await executor.dispose();
  if (!description) return;
  const kinds = description.accepts.map(({ kind }) => kind);
  if (!image.locations.some(({ kind }) => kinds.includes(kind)))
    throw cannotCheck(
      `this executor takes images as ${kinds.join(', ')}, and clauses have one as ${image.locations[0]?.kind ?? 'nothing'}`,
    );
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
