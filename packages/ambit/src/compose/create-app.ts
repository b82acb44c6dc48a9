import type { Engine } from '@ambit/engine';
import type { Executor, ImageBuilder, Machine, ObjectStore, RunStore, SecretSource } from '@ambit/plugin-api';
import { Container } from 'inversify';
import type { ServiceIdentifier } from 'inversify';
import type { AppOptions } from './app-options.ts';
import { engineModule } from './engine-module.ts';
import { machineModule } from './machine-module.ts';
import { pluginsModule } from './plugins-module.ts';
import { secretsModule } from './secrets-module.ts';
import { storesModule } from './stores-module.ts';
import { TOKENS } from './tokens.ts';

/** What the composition root hands out: parts, made when they are first asked for. */
export interface ComposedApp {
  readonly engine: Engine;
  readonly runs: RunStore;
  readonly objects: ObjectStore;
  readonly machine: Machine;
  /** By the names of their instances. */
  readonly builders: ReadonlyMap<string, ImageBuilder>;
  readonly executors: ReadonlyMap<string, Executor>;
  /** Closes what was opened, users before what they use. Idempotent. */
  dispose(): Promise<void>;
}

/** Builds everything from a configuration. The container stays in here. */
export function createApp(options: AppOptions): ComposedApp {
  const container = new Container({ defaultScope: 'Singleton' });
  container.bind(TOKENS.options).toConstantValue(options);
  container.load(machineModule, storesModule, secretsModule, pluginsModule, engineModule);
  const made = new Set<unknown>();
  let disposed: Promise<void> | undefined;
  const get = <T>(token: ServiceIdentifier<T>): T => {
    made.add(token);
    return container.get(token);
  };
  const dispose = async (): Promise<void> => {
    const isMade = (token: unknown): boolean => made.has(token) || made.has(TOKENS.engine);
    if (made.has(TOKENS.engine)) await get(TOKENS.engine).dispose();
    for (const token of [TOKENS.executors, TOKENS.builders])
      if (isMade(token))
        await Promise.all([...get<ReadonlyMap<string, { dispose(): Promise<void> }>>(token).values()].map((part) => part.dispose()));
    if ([TOKENS.secrets, TOKENS.builders, TOKENS.executors].some(isMade))
      await Promise.all(get<readonly SecretSource[]>(TOKENS.secrets).map((source) => source.dispose()));
    if (isMade(TOKENS.objects)) await get(TOKENS.objects).dispose();
    if (isMade(TOKENS.runs)) await get(TOKENS.runs).dispose();
    if (made.size > 0) await get(TOKENS.shared).dispose();
    await container.unbindAllAsync();
  };
  return {
    get engine() {
      return get(TOKENS.engine);
    },
    get runs() {
      return get(TOKENS.runs);
    },
    get objects() {
      return get(TOKENS.objects);
    },
    get machine() {
      return get(TOKENS.machine);
    },
    get builders() {
      return get(TOKENS.builders);
    },
    get executors() {
      return get(TOKENS.executors);
    },
    dispose: () => (disposed ??= dispose()),
  };
}
