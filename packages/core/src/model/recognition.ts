import { ENVIRONMENT, IMAGE, TASK, readBrand } from './brand.ts';
import type { EnvironmentDefinition, ImageDescription } from './definition.ts';
import type { AnyTask, TaskFacts } from './task.ts';
import type { AnyEnvironment } from './task-environment.ts';

/** The definition of an environment, of whichever copy of Ambit: live, it grows as the user's modules run. `undefined` for anything else. */
export function environmentDefinition(value: unknown): EnvironmentDefinition | undefined {
  return readBrand(value, ENVIRONMENT);
}

/** What a task is, of whichever copy of Ambit; `undefined` for anything else. */
export function taskFacts(value: unknown): TaskFacts | undefined {
  return readBrand(value, TASK);
}

/** What an image is, of whichever copy of Ambit; `undefined` for anything else. */
export function imageDescription(value: unknown): ImageDescription | undefined {
  return readBrand(value, IMAGE);
}

export function isEnvironment(value: unknown): value is AnyEnvironment {
  return environmentDefinition(value) !== undefined;
}

export function isTask(value: unknown): value is AnyTask {
  return taskFacts(value) !== undefined;
}
