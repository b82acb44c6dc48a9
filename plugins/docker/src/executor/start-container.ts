import { Readable } from 'node:stream';
import { tar } from '@ambit/plugin-api';
import type { Placement, WorkerRequest } from '@ambit/plugin-api';
import type { Containers } from '../daemon/containers.ts';
import { isMissing } from '../daemon/daemon-refusal.ts';
import { notStarted, workerGone, workerStopped } from './executor-errors.ts';
import type { RuntimeVolumes } from './runtime-volumes.ts';
import { isAlive } from './stop-container.ts';
import { workerContainer } from './worker-container.ts';
import type { PlannedContainer } from './worker-container.ts';
import type { WorkerImages } from './worker-images.ts';
import { containerName } from './worker-labels.ts';

export interface StartContainer {
  readonly request: WorkerRequest;
  readonly placement: Placement;
  readonly cpus: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly images: WorkerImages;
  readonly runtimes: RuntimeVolumes;
  readonly containers: Containers;
  /** Whether somebody wants it ended. */
  readonly isStopping: () => boolean;
}

/**
 * The one container of a worker, running: made here, or by another who asked for the same. Its name is taken once, and one that
 * has ended is not started again. Resolves with its id.
 */
export async function startContainer(parts: StartContainer, signal: AbortSignal): Promise<string> {
  const { request, containers, isStopping } = parts;
  const { id } = request;
  if (isStopping()) throw workerStopped(id);
  const there = await made(parts, signal);
  if (there.isAlive) return there.container;
  // Whoever stops it has said so before looking for its container.
  if (isStopping()) {
    await containers.remove(there.container, signal);
    throw workerStopped(id);
  }
  try {
    await containers.start(there.container, signal);
    return there.container;
  } catch (error) {
    signal.throwIfAborted();
    if (isMissing(error) && isStopping()) throw workerStopped(id);
    // What could not be started is not to be taken for one that ran.
    await containers.remove(there.container, signal).catch(() => undefined);
    parts.runtimes.forget(parts.placement.runtime);
    throw notStarted(id, error);
  }
}

interface Made {
  readonly container: string;
  readonly isAlive: boolean;
}

async function made(parts: StartContainer, signal: AbortSignal): Promise<Made> {
  const { request, placement, cpus, env, images, runtimes, containers } = parts;
  const [image, runtime] = await Promise.all([
    images.ensure(placement.image, () => undefined, signal),
    runtimes.ensure(placement.runtime, signal),
  ]);
  const planned = workerContainer({ request, image, runtime, cpus, env });
  try {
    const { container, isAlive: isRunning } = await taken(parts, planned.body, signal);
    if (!isRunning && planned.prepared) await upload(containers, container, planned.prepared, signal);
    return { container, isAlive: isRunning };
  } catch (error) {
    signal.throwIfAborted();
    images.forget(placement.image);
    throw notStarted(request.id, error);
  }
}

/** The container that has the name: a new one, or one of another who asked for the same. */
async function taken({ request, containers, isStopping }: StartContainer, body: object, signal: AbortSignal): Promise<Made> {
  const name = containerName(request.id);
  for (;;) {
    const created = await containers.create(name, body, signal);
    if ('id' in created) return { container: created.id, isAlive: false };
    const facts = await containers.inspect(name, signal);
    if (!facts) continue;
    if (facts.State.Status === 'created') return { container: facts.Id, isAlive: false };
    if (isAlive(facts)) return { container: facts.Id, isAlive: true };
    throw isStopping()
      ? workerStopped(request.id)
      : workerGone(request.id, `The worker ${request.id} has ended, and does not start again.`);
  }
}

/** A folder that everybody may write. Twice does no harm. */
async function upload(
  containers: Containers,
  container: string,
  { path, folder }: NonNullable<PlannedContainer['prepared']>,
  signal: AbortSignal,
): Promise<void> {
  const entries = [{ path: folder, kind: 'folder', mode: 0o777 } as const];
  await containers.upload(container, path, Readable.from(tar(entries)), signal);
}
