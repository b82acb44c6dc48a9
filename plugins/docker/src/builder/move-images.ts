import type { Readable } from 'node:stream';
import type { Digest } from '@ambit/plugin-api';
import { DaemonRefusal } from '../daemon/daemon-refusal.ts';
import type { Registries } from '../registry/registries.ts';
import { baseMissing, isFull, pushFailed } from './builder-errors.ts';
import { AmbitError } from '@ambit/plugin-api';
import type { BuildProgress } from './build-progress.ts';
import type { EngineImages } from './engine-images.ts';
import { engineLines, errorOf } from './engine-stream.ts';
import type { EngineLine } from './engine-stream.ts';

export interface MovingParts {
  readonly images: EngineImages;
  readonly registries: Registries;
  readonly progress: BuildProgress;
  readonly signal: AbortSignal;
}

/** Has the engine pull an image that it has not. */
export async function ensureImage(
  reference: string,
  platform: string,
  { images, registries, progress, signal }: MovingParts,
): Promise<void> {
  if (!/^\w[\w.:/@-]*$/.test(reference) || reference.includes('..')) throw baseMissing(reference, 'this is no name of an image');
  const name = `image ${reference}`;
  if (await images.find(reference, signal)) {
    progress.step({ name }, true);
    return;
  }
  const step = progress.step({ name }, false);
  const credentials = await registries.credentials(reference, signal);
  const { reason } = await followed(() => images.pull(reference, platform, credentials, signal), progress, step);
  if (reason === undefined) return;
  if (isFull(reason))
    throw new AmbitError(
      'AMBIT_BUILD_NO_SPACE',
      `There is no space left on the disk of the Docker engine for the base image ${reference}.`,
      {
        hint: 'See docker system df, and make room there: docker builder prune, docker image prune.',
        facts: { reference, log: reason },
      },
    );
  throw baseMissing(reference, reason);
}

/** Pushes an image of the engine under this tag, and gives the digest that it has there. */
export async function pushImage(image: string, reference: string, { images, registries, progress, signal }: MovingParts): Promise<Digest> {
  const step = progress.step({ name: `push ${reference}` }, false);
  const credentials = await registries.credentials(reference, signal);
  const isNew = (await images.find(reference, signal)) === undefined;
  let isPushed = false;
  try {
    await images.tag(image, reference, signal);
    const { reason, last } = await followed(() => images.push(reference, credentials, signal), progress, step);
    const digest = (last?.aux as { readonly Digest?: Digest } | undefined)?.Digest;
    if (reason !== undefined || digest === undefined)
      throw pushFailed(reference, reason ?? 'the registry names no digest', credentials?.username);
    isPushed = true;
    return digest;
  } finally {
    if (isNew && !isPushed) await images.remove(reference, AbortSignal.timeout(10_000)).catch(() => undefined);
  }
}

/** To the end; `reason` is why it failed, in the engine's words, `last` what came with data. */
async function followed(
  open: () => Promise<Readable>,
  progress: BuildProgress,
  step: number,
): Promise<{ readonly reason?: string; readonly last?: EngineLine }> {
  const sizes = new Map<string, { readonly current: number; readonly total: number }>();
  let last: EngineLine | undefined;
  try {
    for await (const line of engineLines(await open())) {
      const reason = errorOf(line);
      if (reason !== undefined) return { reason };
      if (line.aux !== undefined) last = line;
      const { current = 0, total = 0 } = line.progressDetail ?? {};
      if (line.id === undefined || total <= 0 || line.status === 'Extracting') continue;
      sizes.set(line.id, { current, total });
      const sum = (which: 'current' | 'total'): number => [...sizes.values()].reduce((all, each) => all + each[which], 0);
      progress.bytes(step, sum('current'), sum('total'));
    }
  } catch (error) {
    if (error instanceof DaemonRefusal) return { reason: error.reason };
    throw error;
  }
  return last ? { last } : {};
}
