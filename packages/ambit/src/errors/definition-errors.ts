import { entry } from './entry.ts';
import type { CatalogueEntry } from './entry.ts';

/** Definitions of images, environments and tasks. */
export const definitions: Readonly<Record<string, CatalogueEntry>> = {
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
