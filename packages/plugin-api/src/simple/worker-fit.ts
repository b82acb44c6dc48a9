import { AmbitError } from '../errors.ts';
import type { ExecutorDescription } from '../executor.ts';
import type { Location } from '../location.ts';
import type { Placement, WorkerRequest } from '../worker-request.ts';

/** What a request asks for that an executor without placement does not give; undefined where it fits. */
export function lackOf(
  request: WorkerRequest,
  { platforms }: Pick<ExecutorDescription, 'platforms'>,
  executor: string,
): string | undefined {
  const { environment, image, resources, volumes } = request;
  if (!platforms.includes(image.platform))
    return `The image of ${environment} is for ${image.platform}, and the executor ${executor} runs ${platforms.join(', ')}.`;
  if (resources.gpu) return `${environment} asks for ${resources.gpu.count} GPU, and the executor ${executor} gives none.`;
  if (volumes.length > 0)
    return `${environment} asks for the volume ${volumes.map(({ name }) => name).join(', ')}, and the executor ${executor} has none.`;
  return undefined;
}

export const LACK_HINT = 'Ask for less, or place this environment on another executor.';

/** The folders of a placement on one machine. */
export function foldersOf(
  { image, runtime }: Placement,
  machine: string,
): { readonly imageDirectory: string; readonly runtimeDirectory: string } {
  return { imageDirectory: folderOf(image.locations, machine, 'image'), runtimeDirectory: folderOf(runtime.locations, machine, 'runtime') };
}

function folderOf(locations: readonly Location[], machine: string, what: string): string {
  for (const location of locations) if (location.kind === 'host-directory' && location.machine === machine) return location.path;
  const kinds = locations.map(({ kind }) => kind);
  throw new AmbitError('AMBIT_PLACE_NO_DIRECTORY', `The ${what} is in no folder of this machine: ${kinds.join(', ') || 'it is nowhere'}.`, {
    hint: 'Take a builder that makes folders, such as "host", for environments of this executor.',
    facts: { machine, locations: kinds },
  });
}
