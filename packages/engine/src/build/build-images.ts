import type { PlannedImage } from '@ambit/core';
import type { BuiltImage } from '@ambit/plugin-api';
import type { BuildOptions, BuiltImageReport, EngineParts, Planned } from '../engine.ts';
import type { Descriptions } from '../plan/descriptions.ts';
import { secretValue } from '../place/secret-value.ts';
import { errorDocument } from '../record/error-document.ts';
import type { TypedRunEvent } from '../record/events.ts';
import { BuildFailure } from './build-failure.ts';
import { ImageBuilds } from './image-builds.ts';
import { plannedFiles } from './planned-files.ts';

export interface BuildImagesParts {
  readonly engine: EngineParts;
  readonly descriptions: Descriptions;
}

/** Builds the images of a plan that are not there, without a run. What fails keeps back only what is built on it. */
export async function buildImages(
  { engine, descriptions }: BuildImagesParts,
  planned: Planned,
  { onEvent, onReport, force = false }: BuildOptions,
  signal: AbortSignal,
): Promise<readonly BuiltImageReport[]> {
  const { builders, clock, machine } = engine;
  const { images } = planned.plan;
  const at = (): string => clock.now().toISOString();
  const note = (...events: readonly TypedRunEvent[]): void => events.forEach((event) => onEvent?.({ ...event, at: at() }));
  const builds = new ImageBuilds({
    ...{ builders, descriptions, images, clock, force, signal },
    files: plannedFiles(engine, planned),
    secret: (name) => secretValue(name, engine.secrets ?? [], signal),
    recorder: { note, store: async (...events) => note(...events) },
    notify: (notice) => onEvent?.({ ...notice, at: at() }),
  });
  const report = async (image: PlannedImage): Promise<BuiltImageReport> => {
    const begun = clock.now().getTime();
    const ensure = async (): Promise<BuiltImage> => builds.ensure(image, (await builds.belongsToMachine(image)) ? machine : undefined);
    const [built, error] = await ensure().then(
      (each) => [each, undefined] as const,
      (thrown: unknown) => [undefined, thrown] as const,
    );
    if (error !== undefined) signal.throwIfAborted();
    const end = builds.endOf(image) ?? { status: 'failed' as const, durationMs: clock.now().getTime() - begun };
    const document = error === undefined ? undefined : error instanceof BuildFailure ? error.document : errorDocument(error);
    const { identity, environments } = image;
    const made = { identity, environments, locations: built?.locations ?? [], ...end, ...(document && { error: document }) };
    onReport?.(made);
    return made;
  };
  const reports = await Promise.allSettled(images.map(report));
  signal.throwIfAborted();
  return reports.map((each) => (each as PromiseFulfilledResult<BuiltImageReport>).value);
}
