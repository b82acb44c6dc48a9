import { createHash } from 'node:crypto';
import { platformOf } from '@ambit/plugin-api';
import type { Digest, Executor, ExecutorDescription, Placement, WorkerRequest } from '@ambit/plugin-api';
import { cannotCheck } from '../clauses/clause.ts';
import { patient } from '../clauses/expect.ts';
import type { ConformanceGround, ContainerTools } from './conformance-tools.ts';

/** An image that is used as it is, and the worker for containers. */
export async function containerPlacement(
  { platforms, runtime: [kind = 'directory'] }: ExecutorDescription,
  { host: { machine } }: ConformanceGround,
  containers: ContainerTools,
): Promise<Placement> {
  const platform = platformOf(await machine.facts(patient()));
  if (!platforms.includes(platform))
    throw cannotCheck(`this executor runs images for ${platforms.join(', ')}, and the worker that clauses have is for ${platform}`);
  const digest: Digest = `sha256:${createHash('sha256').update(containers.image).digest('hex')}`;
  const identity = { digest, platform, reference: containers.image };
  return { image: { identity, locations: [] }, runtime: await containers.runtime(machine, { kind, platform }) };
}

/** That an image cannot be had is no fault of the executor. One that does not know whether it can brings it. */
export async function refuseMissing(executor: Executor, placement: Placement, request: WorkerRequest): Promise<void> {
  const { reference = '' } = placement.image.identity;
  const answer = await executor.findImage?.(reference, patient()).catch(() => undefined);
  if (answer?.found !== 'no' && answer?.found !== 'unknown') return;
  const why = answer.found === 'no' ? answer.reason : await failure(() => prepareOnce(executor, placement, request));
  if (why !== undefined) throw cannotCheck(`the image ${reference} cannot be had: ${why}; name one that can: ambit conform --image`);
}

async function failure(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
  }
}

async function prepareOnce(executor: Executor, placement: Placement, request: WorkerRequest): Promise<void> {
  const answer = await executor.reserve(request, placement, patient()).catch(() => undefined);
  if (answer?.outcome !== 'reserved') return;
  const reservation = { ...answer, request };
  try {
    for await (const _ of executor.prepare?.(reservation, placement, patient()) ?? []) continue;
  } finally {
    await executor.release(reservation, patient()).catch(() => undefined);
  }
}
