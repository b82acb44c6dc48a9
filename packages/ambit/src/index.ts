export { Image, Secret, TaskEnvironment } from '@ambit/core';
export type {
  AnyEnvironment,
  AnyTask,
  Bytes,
  Diagnostic,
  Duration,
  EnvironmentOptions,
  Path,
  Plan,
  Resources,
  Task,
  TaskArgs,
  TaskId,
  TaskOptions,
  TaskOverride,
  TaskResult,
} from '@ambit/core';
export { AmbitError, definePlugin } from '@ambit/plugin-api';
export type { FailureClass, Many, MapCall, MapOptions, Outcome, Plugin, StandardSchemaV1 } from '@ambit/plugin-api';
export { Directory, File, NonRetryableError, TaskError, group, map, step, taskContext } from '@ambit/worker/runtime';
export type { TaskContext } from '@ambit/worker/runtime';
export type { App, RunOptions } from './app/app.ts';
export { initFromConfig } from './app/init-from-config.ts';
export type { InitOptions } from './app/init-from-config.ts';
export { isMain } from './app/is-main.ts';
export type { Run, RunLogLine } from './app/run.ts';
export { defineConfig } from './config/config.ts';
export type { AnyConfig, Config, ConfigPlacement, Settings } from './config/config.ts';
