import { entry } from './entry.ts';
import type { CatalogueEntry } from './entry.ts';

/** Runs, their record, and the machinery. */
export const machinery: Readonly<Record<string, CatalogueEntry>> = {
  AMBIT_NO_SPACE: entry('A disk is full, or the machine has no room for more files.', 'Free some of it; ambit doctor shows what there is.'),
  AMBIT_RUN_INTERRUPTED: entry('A run has not ended, and the engine that drove it is gone.', 'Start its task again.'),
  AMBIT_RUN_UNKNOWN: entry('There is no such run.', 'ambit runs list shows those of this project.'),
  AMBIT_RUN_AMBIGUOUS: entry('Several runs have names that begin so.', 'Write more of the name.'),
  AMBIT_RUN_NAME: entry('A text cannot be the name of a run.', 'Take letters, digits, ".", "_" and "-".'),
  AMBIT_RUN_NAME_TAKEN: entry('There is a run of that name.', 'Choose another name, or leave it out.'),
  AMBIT_RUN_CANCELLED: entry('The result of a run was asked for, and the run was cancelled.', 'Start it again.'),
  AMBIT_RUN_STUCK: entry(
    'Memory or GPUs are held by tasks that wait for tasks which need them.',
    'Ask for less in the parents, or give the children another place.',
  ),
  AMBIT_RUN_NOT_OWNER: entry('Another engine has taken the run over.', 'Look at it with ambit runs show.'),
  AMBIT_RUN_TASK_UNKNOWN: entry('A run was asked for a task that its plan does not have.', 'Plan that task.'),
  AMBIT_RUN_DAMAGED: entry('The record of a run is damaged.', 'Restore the file from a copy, or delete it.'),
  AMBIT_RUN_NEWER: entry('The record of a run was written by a newer Ambit.', 'Update Ambit.'),
  AMBIT_RECORD_INCOMPLETE: entry('The record of a run lacks what should be there.', 'Report this as a bug.'),
  AMBIT_STORE_DIRECTORY: entry('The folder for records of runs cannot be used.', 'Make it writable for you, or set AMBIT_STATE.'),
  AMBIT_STORE_NETWORK: entry(
    'The folder for records of runs is on a network file system, where locks do not hold.',
    'Set AMBIT_STATE to a folder on a disk of this machine.',
  ),
  AMBIT_STORE_FAILED: entry('The record of a run cannot be read or written.', 'Check the space of the disk and the rights of the folder.'),
  AMBIT_STATE_UNUSABLE: entry(
    'The folder where workers are remembered, and what engines share, cannot be used.',
    'Make it writable for you, or set AMBIT_MACHINE_STATE.',
  ),
  AMBIT_OBJECT_MISSING: entry('The content of a file is not in the object store any more.', 'Run the task that made it again.'),
  AMBIT_OBJECT_MISMATCH: entry(
    'Content does not have the digest that it should have.',
    'Read the source again: it changed while it was read.',
  ),
  AMBIT_OBJECT_DAMAGED: entry(
    'Content arrived on a worker with another digest than it was asked for.',
    'Check the disk of the object store.',
  ),
  AMBIT_OBJECT_REFUSED: entry(
    'A worker or an object store was asked to take a file that is not where it was said to be.',
    'Report this as a bug.',
  ),
  AMBIT_OBJECT_FAILED: entry('The object store could not store or give content.', 'Look at the reason, and at the object store.'),
  AMBIT_SECRET_UNAVAILABLE: entry(
    'The value of a secret could not be had when the first worker of its environment started.',
    'See that the source still has it and lets you read it, and run again.',
  ),
  AMBIT_SECRET_FILE: entry(
    'A secret could not be written to its path where the task runs.',
    'Give it another path, or none: the variable of its name says where the file is.',
  ),
  AMBIT_SECRETS_FILE: entry(
    'A file of secrets cannot be read, or a line of it is no NAME=VALUE.',
    'Correct the line that the message names.',
  ),
  AMBIT_SECRET_MISSING: entry('A secret that a plugin asks for is not there.', 'Provide it.'),
  AMBIT_ENGINE_PART_MISSING: entry(
    'A plan names a builder or executor that the engine does not have.',
    'Plan again with the configuration of today.',
  ),
  AMBIT_PLACE_NEVER: entry('An executor said that it will never have room for a worker.', 'Ask for less, or choose another executor.'),
  AMBIT_PLACE_UNFIT: entry(
    'An environment asks an executor without placement for GPUs, volumes or another platform.',
    'Ask for less, or choose another executor.',
  ),
  AMBIT_PLACE_NO_DIRECTORY: entry(
    'The image or the runtime is in no folder of the machine where a worker starts.',
    'Take a builder that makes folders, such as host.',
  ),
  AMBIT_PLACE_NO_MACHINE: entry(
    'A builder whose images belong to one machine was matched with an executor that has no such machine.',
    'Choose another builder or executor.',
  ),
  AMBIT_PLACE_UNREACHABLE: entry('The place of a worker cannot be reached.', 'Look again later.'),
  AMBIT_LOCAL_PLACEMENT: entry(
    'An image or the runtime is not in a folder of this machine.',
    'Take the builder host for environments that run on this machine.',
  ),
  AMBIT_LOCAL_PLATFORM: entry('An image is for another platform than this machine.', 'Choose another executor, or another platform.'),
  AMBIT_LOCAL_SOCKETS: entry(
    'There is no private folder for the sockets of workers.',
    'Set XDG_RUNTIME_DIR to a short path that only you may enter.',
  ),
  AMBIT_RESERVATION_EXPIRED: entry('A worker was to be started after its reservation had ended.', 'Run again.'),
  AMBIT_WORKER_NOT_STARTED: entry('A worker could not be started.', 'Check the space of the disk, and that you may start more processes.'),
  AMBIT_WORKER_STOPPED: entry('A worker that was stopped was to be started again.', 'Report this as a bug.'),
  AMBIT_WORKER_NOT_STOPPED: entry('The place of a worker was to be given away while the worker may live.', 'Stop it first.'),
  AMBIT_WORKER_GONE: entry('A worker has ended.', 'Nothing: its tasks run again elsewhere.'),
  AMBIT_WORKER_DIED: entry('A worker died, not by our doing.', 'Look at its last words; its tasks run again.'),
  AMBIT_WORKER_LOST: entry('A worker was lost while it ran a task.', 'Nothing at first: the task runs again, up to three times.'),
  AMBIT_WORKER_CONNECTION: entry('A worker lives and cannot be reached.', 'Look at its log in the work folder.'),
  AMBIT_WORKER_LISTEN: entry('A worker could not listen on its socket.', 'Check the folder of the sockets.'),
  AMBIT_WORKER_SPEC: entry('A worker was started without being told what it is.', 'Start workers through an executor.'),
  AMBIT_WORK_FOLDER: entry('The working folder of a task could not be made.', 'Check the space of the disk.'),
  AMBIT_RUNNER_KILLED: entry('The process of a task was killed from outside.', 'Look at what kills processes there; the task runs again.'),
  AMBIT_RUNNER_NOT_STARTED: entry('The process for tasks could not be started.', 'Check that you may start more processes.'),
  AMBIT_IMAGE_MANIFEST: entry(
    'The description of an image on the disk of a worker cannot be read.',
    'Delete the image from the cache, and run again.',
  ),
  AMBIT_CONNECTION_BROKEN: entry('The connection to a worker broke.', 'Nothing: it is made again.'),
  AMBIT_PROTOCOL_BROKEN: entry('What came over a connection was not what was agreed on.', 'Use one version of Ambit on both sides.'),
  AMBIT_PROTOCOL_REFUSED: entry('A worker or an engine did not accept the other.', 'Use one version of Ambit; a stale engine gives way.'),
  AMBIT_INTERNAL: entry('A mistake in Ambit.', 'Report it with what was printed.'),
  AMBIT_CONFORM_CANNOT_CHECK: entry(
    'A clause could not be checked, because nobody can do what it asks; it is reported as not claimed.',
    'Export conformance beside the plugin.',
  ),
  AMBIT_CONFORM_STRAY: entry('A plugin left an error that nothing handled while its clauses ran.', 'Catch it where it comes from.'),
};
