import { entry } from './entry.ts';
import type { CatalogueEntry } from './entry.ts';

/** Workers in containers, and what is brought there. */
export const containers: Readonly<Record<string, CatalogueEntry>> = {
  AMBIT_DOCKER_CONTAINER_OPTION: entry(
    'What an environment says of its containers is not known, or cannot be.',
    'Correct the options of its placement; the message names the one.',
  ),
  AMBIT_DOCKER_IMAGE: entry(
    'The image of a worker is not on the engine and in no registry that it reaches, or is for another platform.',
    'Build it again on this engine, or push it; name an image that there is for the platform of the engine.',
  ),
  AMBIT_DOCKER_PULL: entry('An image could not be pulled.', 'Check its name, and log in to its registry.'),
  AMBIT_DOCKER_RUNTIME: entry(
    'The worker that is to be brought to an engine is in no folder of this machine, or was changed while it was read.',
    'Run again; if it stays so, report this as a bug.',
  ),
  AMBIT_RUNTIME_NOT_PACKED: entry(
    'The Node of this machine cannot be brought into containers.',
    'Start runs with a Node >= 20.19 for Linux with glibc.',
  ),
  AMBIT_RUNTIME_PLATFORM: entry(
    'A container is for another platform than this machine, whose Node is brought there.',
    'Take images for the platform of this machine, or start the run on one of theirs.',
  ),
  AMBIT_WORKER_OUT_OF_MEMORY: entry('A container had no memory left, and the worker in it was ended.', 'Give the environment more memory.'),
  AMBIT_WORKER_STARTED: entry('The container of a worker was started a second time.', 'Leave it: its tasks run again elsewhere.'),
};
