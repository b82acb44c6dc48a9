import type { Engine, EngineParts } from '@ambit/engine';
import type { Clock, Executor, ImageBuilder, Logger, Machine, ObjectStore, RunStore, SecretSource, SharedState } from '@ambit/plugin-api';
import type { ServiceIdentifier } from 'inversify';
import type { AppOptions } from './app-options.ts';
import type { MakeHost } from './plugin-host.ts';

const token = <T>(name: string): ServiceIdentifier<T> => Symbol.for(`ambit/${name}`);

export const TOKENS = {
  options: token<AppOptions>('options'),
  log: token<Logger>('log'),
  clock: token<Clock>('clock'),
  machine: token<Machine>('machine'),
  shared: token<SharedState>('shared'),
  host: token<MakeHost>('host'),
  builders: token<ReadonlyMap<string, ImageBuilder>>('builders'),
  executors: token<ReadonlyMap<string, Executor>>('executors'),
  optionsSchemas: token<NonNullable<EngineParts['optionsSchemas']>>('optionsSchemas'),
  runs: token<RunStore>('runs'),
  objects: token<ObjectStore>('objects'),
  secrets: token<readonly SecretSource[]>('secrets'),
  runtime: token<EngineParts['runtime']>('runtime'),
  engine: token<Engine>('engine'),
} as const;
