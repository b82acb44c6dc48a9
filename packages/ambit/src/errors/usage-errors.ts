import { entry } from './entry.ts';
import type { CatalogueEntry } from './entry.ts';

/** Wrong uses of the command line, the configuration, and what is loaded. */
export const usage: Readonly<Record<string, CatalogueEntry>> = {
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
  AMBIT_LOAD_FAILED: entry(
    'A file of the project threw while it was loaded, or may not be read.',
    'Correct it at the place that the message names.',
  ),
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
