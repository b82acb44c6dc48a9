import { entry } from './entry.ts';
import type { CatalogueEntry } from './entry.ts';

/** How tasks fail. */
export const tasks: Readonly<Record<string, CatalogueEntry>> = {
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
    'An argument, a result or the value of a step holds a secret of an environment.',
    'Leave it out: an environment that needs the secret declares it in its own secrets.',
  ),
  AMBIT_VALUE_NESTED: entry(
    'A value on the command line is nested thousands of levels deep, more than JSON can be read or written with.',
    'Make it flatter, for instance a list.',
  ),
  AMBIT_VALUE_TOO_LARGE: entry('A value is larger than 256 MiB.', 'Write it to a File, and hand over the file.'),
  AMBIT_VALUE_MALFORMED: entry('A stored or sent value cannot be read.', 'Use the version of Ambit that wrote it.'),
  AMBIT_FILE_NOT_WRITTEN: entry('A file was read or handed over before it had content.', 'Write it first: await file.write(…).'),
  AMBIT_FILE_WRITTEN: entry('A file was written a second time.', 'Make another: File.newRemote(name).'),
  AMBIT_FILE_URI: entry(
    'A text is no uri of a file or directory that can be read here.',
    'Use the uri of a stored File or Directory, or file:///… of this machine.',
  ),
  AMBIT_FILE_SOURCE: entry('A file or directory of this machine cannot be read.', 'Correct the path; the message says what is there.'),
  AMBIT_FILE_DOWNLOAD: entry(
    'A file or directory cannot be put where it was to go.',
    'Name a new path, or for a directory an empty folder.',
  ),
  AMBIT_DIRECTORY_LINK: entry(
    'A link in a directory leads out of it, where nobody else could follow.',
    'Put a copy in its place, or a relative link to what is in the directory.',
  ),
  AMBIT_DIRECTORY_ENTRY: entry(
    'Something in a directory is neither a file, a folder nor a link, or has a name that is no UTF-8.',
    'Leave it out, or rename it.',
  ),
  AMBIT_DIRECTORY_PATH: entry('A text is no path in a directory.', 'Write it relative, and without "..".'),
  AMBIT_DIRECTORY_NO_FILE: entry('A directory was asked for a file that it does not have.', 'Look at directory.files().'),
  AMBIT_DIRECTORY_GLOB: entry('A text is no pattern of paths.', 'Close each brace, and write ranges upwards.'),
  AMBIT_DIRECTORY_DAMAGED: entry('A stored content is not that of a directory.', 'Use the uri of a Directory that was stored.'),
  AMBIT_FILE_DATA: entry('A part of what was written to a file is neither text nor bytes.', 'Write strings or bytes.'),
  AMBIT_FILE_NOT_JSON: entry('The content of a file is no JSON.', 'Read it with text().'),
  AMBIT_FILE_NOT_STORED: entry('The content of a file could not be stored.', 'Check the space of the object store.'),
  AMBIT_TASK_UNKNOWN: entry('A worker was asked for a task that it does not have.', 'Report this as a bug.'),
};
