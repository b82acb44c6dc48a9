// What bundles import as `#ambit/runtime`.
export { AmbitError } from '@ambit/plugin-api';
export { Directory } from './directory.ts';
export { TaskEnvironment, environment } from './environment.ts';
export { File } from './file.ts';
export { group } from './group.ts';
export { Image } from './image.ts';
export { map } from './map.ts';
export { Secret } from './secret.ts';
export { defineConfig, initFromConfig, isMain } from './starting-runs.ts';
export { step } from './step.ts';
export { taskContext } from './task-context.ts';
export { NonRetryableError, TaskError } from './task-error.ts';
export { defineTask, task } from './tasks.ts';
