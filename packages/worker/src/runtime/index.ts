export { File, fileFactsOf } from './file.ts';
export { NonRetryableError, TaskError, taskFailureOf } from './task-error.ts';
export type { FileFacts } from './file.ts';
export type { FileStore } from './file-store.ts';
export type { TaskFailure } from './task-error.ts';
