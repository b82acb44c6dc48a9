import type { Engine, EngineParts } from '@ambit/engine';
import type { Clock, Executor, ImageBuilder, Logger, Machine, ObjectStore, PluginHost, RunStore } from '@ambit/plugin-api';
import type { ServiceIdentifier } from 'inversify';
import type { AppOptions } from './app-options.ts';

const token = <T>(name: string): ServiceIdentifier<T> => Symbol.for(`ambit/${name}`);

/** `host('gpu', folder)`: what an instance of a plugin is lent. */
export type MakeHost = (instance: string, stateDirectory: string) => PluginHost;

export const TOKENS = {
  options: token<AppOptions>('options'),
  log: token<Logger>('log'),
  clock: token<Clock>('clock'),
  machine: token<Machine>('machine'),
  host: token<MakeHost>('host'),
  builders: token<ReadonlyMap<string, ImageBuilder>>('builders'),
  executors: token<ReadonlyMap<string, Executor>>('executors'),
  runs: token<RunStore>('runs'),
  objects: token<ObjectStore>('objects'),
  runtime: token<EngineParts['runtime']>('runtime'),
  engine: token<Engine>('engine'),
} as const;
