import { entry } from './entry.ts';
import type { CatalogueEntry } from './entry.ts';

/** What a plan finds. */
export const plans: Readonly<Record<string, CatalogueEntry>> = {
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
  AMBIT_PLAN_IMAGE_MISSING: entry(
    'An environment runs in an image as it is, and its executor cannot have that image.',
    'Correct the reference, or log in to its registry.',
  ),
  AMBIT_PLAN_IMAGE_PLATFORM: entry(
    'An environment runs in an image as it is, and its executor has that image for other platforms only.',
    'Name an image that is for the platform of the message, pull this one anew where a copy of another platform took its name, or choose another executor.',
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
  AMBIT_PLAN_UNKNOWN_ENVIRONMENT: entry(
    'Warning: the configuration says where an environment is built or run that the file does not have. A hint where no name of the file is near.',
    'Correct the name, unless another file that the configuration serves has it.',
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
  AMBIT_PLAN_OPTIONS: entry(
    'The configuration gives an environment options that its executor does not take.',
    'Correct the options, leave them out, or choose an executor that takes them.',
  ),
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
    'The code of an environment imports a package that its image lacks. A warning where the import is optional, and on a base of your own, of which nobody knows what it has.',
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
  AMBIT_PLAN_PACKAGE_VERSION: entry(
    "Warning: an image installs another version of a package than the project's package.json asks for.",
    'Make them agree, if that was not meant.',
  ),
  AMBIT_BUNDLE_CHANGED: entry('A file of the project was edited between loading and bundling.', 'Run again.'),
};
