// What bundles import as `#ambit/runtime`.
export { AmbitError } from '@ambit/plugin-api';
export { TaskEnvironment, environment } from './environment.ts';
export { File } from './file.ts';
export { Image } from './image.ts';
export { defineConfig, initFromConfig, isMain } from './starting-runs.ts';
export { NonRetryableError, TaskError } from './task-error.ts';
export { defineTask, task } from './tasks.ts';
