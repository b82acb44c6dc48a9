/** What an error's code means, and what to do: for `ambit explain` and docs/errors.md. A check keeps it and the code identical. */
export interface CatalogueEntry {
  readonly when: string;
  readonly fix: string;
}

const entry = (when: string, fix: string): CatalogueEntry => ({ when, fix });

/** Wrong uses of the command line, the configuration, and what is loaded. */
const usage = {
  AMBIT_LOAD_ENDED: entry('A module ended the process, or waits for ever, while it was loaded.', 'Move that behind isMain(import.meta).'),
  AMBIT_LOAD_STRAY: entry('Code of the project threw outside of a task, after it was loaded.', 'Catch the error where it is thrown.'),
  AMBIT_NO_ACCESS: entry('A file or folder of Ambit cannot be used.', 'Mend its owner and rights, or name another folder.'),
  AMBIT_INIT_NOT_EMPTY: entry('A project was to be made in a folder that is not empty.', 'Name another folder, or say -y.'),
  AMBIT_EXPLAIN_UNKNOWN: entry('No error has the code that was to be explained.', 'Copy the code that stands below the error.'),
  AMBIT_RUN_NO_ACTION: entry('A run has no action with this id, or several that begin with it.', 'Take an id of ambit runs show.'),
  AMBIT_USAGE: entry('A command line was not understood.', 'Look at --help of that command.'),
  AMBIT_INPUT_INVALID: entry(
    'A value for a parameter of a task, or the JSON of --input, is not what the task takes.',
    'Correct the value that the message names.',
  ),
  AMBIT_INPUT_MISSING: entry('A parameter of a task that has no default was given no value.', 'Give it as a flag, or in --input.'),
  AMBIT_TARGET_UNKNOWN: entry('The file has no task and no environment of that name.', 'Take one of those that the message lists.'),
  AMBIT_TARGET_AMBIGUOUS: entry('A name fits several tasks.', 'Name the one you mean by its id, such as fold_env.run_fold.'),
  AMBIT_TARGET_MISSING: entry(
    'The file exports several tasks, and none was named; or a plan was asked for without a target.',
    'Name one behind the file.',
  ),
  AMBIT_TARGET_NOTHING: entry('The file exports no task and no environment.', 'Export one: export const main = env.task(…).'),
  AMBIT_TARGET_NO_TASK: entry('An environment was named where a task is needed.', 'Name a task of it.'),
  AMBIT_TASK_NOT_FOUND: entry(
    'A program asked to run a task that its file does not export, and that is not reached from there by dependsOn.',
    'Export the task, or its environment, from the file that defines it.',
  ),
  AMBIT_APP_CLOSED: entry('An app was used after close().', 'Call initFromConfig() again.'),
  AMBIT_CONFIG_INVALID: entry(
    'A configuration says something that nobody knows, or that does not fit.',
    'Correct the line that the message names.',
  ),
  AMBIT_CONFIG_NOT_FOUND: entry('The configuration file that was named is not there.', 'Correct the path, or leave it out.'),
  AMBIT_CONFIG_UNKNOWN: entry(
    'A flag or variable names a builder or executor that the configuration does not have.',
    'Use one of those that the message lists.',
  ),
  AMBIT_PLUGIN_FAILED: entry(
    'A plugin could not make its builder, executor or store.',
    'Look at the options that the configuration gives it.',
  ),
  AMBIT_LOCAL_OPTION: entry('An option of local() is wrong.', 'Correct it in the configuration.'),
  AMBIT_LOAD_NOT_FOUND: entry('The file to load does not exist.', 'Correct the path.'),
  AMBIT_LOAD_SYNTAX: entry('A file of the project does not parse.', 'Correct it at the place that the message names.'),
  AMBIT_LOAD_IMPORT: entry(
    'A file of the project imports a module or a name that is not there.',
    'Correct the import at the place that the message names.',
  ),
  AMBIT_LOAD_FAILED: entry('A file of the project threw while it was loaded.', 'Correct it at the place that the message names.'),
  AMBIT_LOAD_MISSING_PACKAGE: entry(
    'A package that is not installed on this machine was used while the file was loaded. Inside tasks it need not be installed.',
    'Install it here, or use it only inside tasks.',
  ),
  AMBIT_LOAD_RUN_WHILE_LOADING: entry(
    'A run or plan was asked for at the top level of a file that Ambit was loading.',
    'Guard it: if (isMain(import.meta)) { … }.',
  ),
  AMBIT_LOAD_CACHE: entry('What was loaded cannot be kept in the cache folder.', 'Make the cache folder writable, or set AMBIT_CACHE.'),
};

/** Definitions of images, environments and tasks. */
const definitions = {
  AMBIT_DEFINE_NAME: entry(
    'The name of an environment is missing or not allowed.',
    'Use lower-case letters and digits in parts joined by one _ or -, at most 63 characters.',
  ),
  AMBIT_DEFINE_TASK_NAME: entry(
    'The name of a task has a dot, a space or a control character, is not composed (NFC), or is too long.',
    'Choose another name.',
  ),
  AMBIT_DEFINE_OPTION: entry('An option or argument of a definition is not what was expected.', 'Write it as the hint shows.'),
  AMBIT_DEFINE_SECRET_CLASH: entry(
    'Two secrets of an environment, or a secret and a variable, set one variable.',
    "Rename one: Secret.env('NAME', { as: 'OTHER' }).",
  ),
  AMBIT_DEFINE_UNKNOWN_OPTION: entry(
    'A definition has an option that nobody knows.',
    'Use one of those that the hint lists, or leave it out.',
  ),
  AMBIT_DEFINE_OVERRIDE: entry('An override names what belongs to the definition.', 'Define another task, in an environment of its own.'),
  AMBIT_DEFINE_DUPLICATE_TASK: entry('An environment has two tasks of one name.', 'Rename one of them.'),
  AMBIT_DEFINE_SELF_DEPENDENCY: entry(
    'An environment was made to depend on itself.',
    'Leave it out: tasks of one environment may call each other anyway.',
  ),
};

/** What a plan finds. */
const plans = {
  AMBIT_PLAN_INVALID: entry('A run was asked for although its plan has errors.', 'Correct the errors that ambit plan shows.'),
  AMBIT_PLAN_CYCLE: entry('Environments depend on each other in a circle.', 'Remove one of the dependencies of the path.'),
  AMBIT_PLAN_NAME_CLASH: entry(
    'Two environments have one name. A warning where the targets reach only one of them.',
    'Give each a name of its own.',
  ),
  AMBIT_PLAN_SECRET_MISSING: entry(
    'An environment needs a secret that no source has.',
    'Set the variable of that name where you start the run, or add a source under secrets in the configuration.',
  ),
  AMBIT_PLAN_FILE_MISSING: entry('A file that an image is made from cannot be read.', 'Correct the path, or make the file.'),
  AMBIT_PLAN_RELATIVE_PATH: entry(
    'An image has a relative path, and nobody knows relative to which folder.',
    "Write new URL('./file', import.meta.url).",
  ),
  AMBIT_PLAN_UNKNOWN_IMAGE: entry(
    'Image.fromRefName names an image that the configuration does not have.',
    'Add it under images, or correct the name.',
  ),
  AMBIT_PLAN_PACKAGE_OVERRIDDEN: entry('Warning: an image installs one package twice; the later layer wins.', 'Leave one of them out.'),
  AMBIT_PLAN_UNKNOWN_BUILDER: entry(
    'An environment names a builder that the configuration does not have.',
    'Use one of those that the message lists, or add it.',
  ),
  AMBIT_PLAN_UNKNOWN_EXECUTOR: entry(
    'An environment names an executor that the configuration does not have.',
    'Use one of those that the message lists, or add it.',
  ),
  AMBIT_PLAN_BUILDER_MISMATCH: entry(
    'No builder can make the image, or none makes it where the executor takes it.',
    'Change the layer that the message names, or choose another builder or executor.',
  ),
  AMBIT_PLAN_NO_EXECUTOR: entry(
    'No executor can run the environment.',
    'Choose another executor, or change what the environment asks for.',
  ),
  AMBIT_PLAN_RESOURCES: entry('An environment asks for CPU, memory or GPUs that no executor has.', 'Ask for less, or place it elsewhere.'),
  AMBIT_PLAN_NO_ANSWER: entry('Warning: a builder or executor could not be asked what it can.', 'Make it answer, or choose another.'),
  AMBIT_PLAN_BUNDLE_FAILED: entry(
    'The code of an environment could not be bundled.',
    'Correct the code at the place that the message names.',
  ),
  AMBIT_PLAN_UNREACHED_TASK: entry(
    'A task calls a task whose environment the plan does not reach.',
    "Add that environment to dependsOn of the caller's.",
  ),
  AMBIT_PLAN_INDIRECT_DEPENDENCY: entry(
    'Warning: a task calls a task whose environment its own does not reach by dependsOn, though the plan has it.',
    "Add that environment to dependsOn of the caller's.",
  ),
  AMBIT_PLAN_MISSING_PACKAGE: entry(
    'The code of an environment imports a package that its image lacks. A warning where the import is optional.',
    "Add the layer that the hint shows: .withNpmPackages('…').",
  ),
  AMBIT_BUNDLE_OPAQUE_TASK: entry(
    'Warning: one call makes several tasks, so the code around it cannot be cut apart and each environment needs its packages.',
    'Write one call per task.',
  ),
  AMBIT_BUNDLE_UNSEEN_TASK: entry(
    'Warning: a task was made by code that could not be found again in the file, so its module stays whole.',
    'Define the task where it can be seen: env.task(…) at the top level.',
  ),
  AMBIT_BUNDLE_WHOLE_MODULE: entry(
    'Warning: a module could not be cut, so it stays whole.',
    'Move what it drags in to a module of its own.',
  ),
  AMBIT_BUNDLE_NO_FILE: entry('Code refers to a file beside it that is not there.', 'Correct the path in new URL(…, import.meta.url).'),
};

/** Building images. */
const builds = {
  AMBIT_BUILD_FAILED: entry(
    'A step of an image failed; the message has its command, and the end of its log follows.',
    'Read the end of the log, and correct the layer.',
  ),
  AMBIT_BUILD_NO_NPM: entry(
    'An image with npm packages was to be made, and there is no npm.',
    'Install npm, which comes with Node, or choose another builder.',
  ),
  AMBIT_BUILD_NOT_STORED: entry(
    'What was installed could not be put into the cache folder.',
    'Check the owner and the space of the cache folder.',
  ),
  AMBIT_BUILD_UNSUPPORTED_LAYER: entry(
    'A builder was given a layer that it cannot realise.',
    'Choose another builder, or change the layer.',
  ),
  AMBIT_BUILD_FILES_CHANGED: entry('A file that an image copies was edited or deleted since the plan.', 'Plan again.'),
  AMBIT_BUILD_NO_SPACE: entry('The disk of the cache folder is full.', 'Make room, or set AMBIT_CACHE.'),
  AMBIT_BUILD_NO_NODE: entry('There is no Node on the PATH of the machine that builds.', 'Install it there.'),
  AMBIT_BUILD_NO_PYTHON: entry('An image with Python packages was to be made, and there is no python3 that runs.', 'Install Python 3.'),
  AMBIT_BUILD_NO_VENV: entry('Python cannot make virtual environments, and there is no uv.', 'Install python3-venv or uv.'),
  AMBIT_BUILD_NO_UV: entry('An image with a uv project was to be made, and there is no uv.', 'Install uv.'),
  AMBIT_BUILD_OTHER_NODE: entry(
    'An image asks for another major version of Node than this machine has.',
    'Have that one, or ask for this one.',
  ),
  AMBIT_BUILD_OTHER_PYTHON: entry(
    'An image asks for another minor version of Python than this machine has.',
    'Have that one, or ask for this one.',
  ),
  AMBIT_BUILD_TWO_PROJECTS: entry('An image has two npm projects.', 'Make one project of them.'),
  AMBIT_FILES_LOCAL_REQUIREMENT: entry('A requirements file installs from the disk.', 'Name a package of an index, or use withSource().'),
  AMBIT_FILES_MISSING: entry('A file that an image is made from is not there.', 'Correct the path.'),
  AMBIT_FILES_UNREADABLE: entry('A file that an image is made from cannot be read.', 'Make it readable for you.'),
  AMBIT_FILES_LINK_OUTSIDE: entry(
    'A folder that an image copies has a link that leads out of it.',
    'Remove the link, or copy what it leads to.',
  ),
};

/** How tasks fail. */
const tasks = {
  AMBIT_TASK_FAILED: entry('A task threw; its cause is what it threw.', 'Look at the cause and its place.'),
  AMBIT_TASK_TIMEOUT: entry(
    'A task ran longer than its timeout, and all its processes were stopped.',
    'Give it more time, or make it faster.',
  ),
  AMBIT_TASK_DEADLINE: entry(
    'A task was not done before its deadline, which counts from the call and over all its attempts.',
    'Give it a later deadline (timeout.deadline), fewer retries, or less to do.',
  ),
  AMBIT_TASK_QUEUED_TOO_LONG: entry(
    'A call of a task waited longer for a place to run than its timeout allows.',
    'Let it wait longer (timeout.queued), or give the executor more room.',
  ),
  AMBIT_TASK_OUT_OF_MEMORY: entry(
    'A task needed more memory than its limit, or than V8 gives it.',
    "Ask for more: resources: { memory: '8Gi' }.",
  ),
  AMBIT_TASK_INPUT_REFUSED: entry('The input of a task does not fit its schema.', 'Correct the fields that the message names.'),
  AMBIT_TASK_OUTPUT_REFUSED: entry('The result of a task does not fit its schema.', 'Correct what the task returns.'),
  AMBIT_TASK_PROGRESS: entry('A task told its progress in a way that cannot be shown.', 'Give numbers: progress(done, total).'),
  AMBIT_MAP_STREAMED: entry(
    'The results of a map were asked for as a list after they were read one by one.',
    'Await the map, or iterate over it, not both.',
  ),
  AMBIT_TASK_EXITED: entry('A task ended its process.', 'Return or throw instead of calling process.exit.'),
  AMBIT_TASK_CRASHED: entry(
    'The process of a task crashed, in native code most likely.',
    'Look at its last lines, and at native packages.',
  ),
  AMBIT_TASK_UNHANDLED: entry('A task left a rejection or exception that nothing handled.', 'Await what it starts, or catch it.'),
  AMBIT_TASK_CANCELLED: entry('A task, or a call that it made, was cancelled.', 'Let it pass.'),
  AMBIT_TASK_FINISHED: entry('A task was called by code whose own task had ended already.', 'Await everything that the task starts.'),
  AMBIT_TASK_CONTEXT_LOST: entry(
    'A task was called by code of which nobody can tell to which task it belongs.',
    'Call it inside the task, or bind the context with AsyncResource.',
  ),
  AMBIT_TASK_NOT_HERE: entry(
    "Code of another environment was called as a plain function, and it is not in this environment's bundle.",
    'Call the task without .local.',
  ),
  AMBIT_TASK_NOT_IN_BUNDLE: entry('The bundle of an environment does not define the task.', 'Define tasks at the top level of a module.'),
  AMBIT_TASK_NOT_PLANNED: entry(
    'A task called a task whose environment is not in the plan of the run.',
    "Add that environment to dependsOn of the caller's.",
  ),
  AMBIT_TASK_DIRECTORY: entry('The working folder of a task cannot be entered.', "Check the image's workdir."),
  AMBIT_PACKAGE_MISSING: entry('A package that the code imports is not in the image.', "Add it: .withNpmPackages('…')."),
  AMBIT_BUNDLE_FAILED: entry("The user's module threw, or could not be bundled.", 'Correct it at the place that the message names.'),
  AMBIT_BUNDLE_NOT_LOADED: entry('A worker could not load the code of its environment.', 'Look at the cause.'),
  AMBIT_BUNDLE_NOT_STORED: entry('A worker could not write the code of its environment to its disk.', 'Check the space of the disk.'),
  AMBIT_BUNDLE_REFUSED: entry('A worker was sent code with a path or size that it does not take.', 'Report this as a bug.'),
  AMBIT_IN_TASK: entry('A run was to be started inside a task.', 'Call the task, or guard the code with isMain.'),
  AMBIT_VALUE_REFUSED: entry(
    'A value cannot travel between tasks; the message has the path to the part.',
    'Hand over plain data or a File, or call a task.',
  ),
  AMBIT_SECRET_IN_VALUE: entry(
    'An argument, a result or the value of a step holds a secret of its environment.',
    'Leave it out: an environment that needs the secret declares it in its own secrets.',
  ),
  AMBIT_VALUE_TOO_LARGE: entry('A value is larger than 256 MiB.', 'Write it to a File, and hand over the file.'),
  AMBIT_VALUE_MALFORMED: entry('A stored or sent value cannot be read.', 'Use the version of Ambit that wrote it.'),
  AMBIT_FILE_NOT_WRITTEN: entry('A file was read or handed over before it had content.', 'Write it first: await file.write(…).'),
  AMBIT_FILE_WRITTEN: entry('A file was written a second time.', 'Make another: File.newRemote(name).'),
  AMBIT_FILE_URI: entry('A text is no uri of a file.', 'Use the uri of a written file.'),
  AMBIT_FILE_DATA: entry('A part of what was written to a file is neither text nor bytes.', 'Write strings or bytes.'),
  AMBIT_FILE_NOT_JSON: entry('The content of a file is no JSON.', 'Read it with text().'),
  AMBIT_FILE_NOT_STORED: entry('The content of a file could not be stored.', 'Check the space of the object store.'),
};

/** Runs, their record, and the machinery. */
const machinery = {
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
    'The folder where workers are remembered cannot be used.',
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
  AMBIT_OBJECT_REFUSED: entry('A worker was asked to store a file that is not where it said.', 'Report this as a bug.'),
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
};

export const CATALOGUE: Readonly<Record<string, CatalogueEntry>> = {
  ...usage,
  ...definitions,
  ...plans,
  ...builds,
  ...tasks,
  ...machinery,
};

export const SECTIONS: readonly (readonly [title: string, entries: Readonly<Record<string, CatalogueEntry>>])[] = [
  ['Command line, configuration, loading', usage],
  ['Definitions', definitions],
  ['Plans', plans],
  ['Builds', builds],
  ['Tasks and values', tasks],
  ['Runs and machinery', machinery],
];
