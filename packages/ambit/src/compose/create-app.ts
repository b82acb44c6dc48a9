import type { Engine } from '@ambit/engine';
import type { Machine, ObjectStore, RunStore } from '@ambit/plugin-api';
import { Container } from 'inversify';
import type { AppOptions } from './app-options.ts';
import { engineModule } from './engine-module.ts';
import { machineModule } from './machine-module.ts';
import { pluginsModule } from './plugins-module.ts';
import { storesModule } from './stores-module.ts';
import { TOKENS } from './tokens.ts';

/** What the composition root hands out: parts, made when they are first asked for. */
export interface ComposedApp {
  readonly engine: Engine;
  readonly runs: RunStore;
  readonly objects: ObjectStore;
  readonly machine: Machine;
  /** Closes what was opened, users before what they use. */
  dispose(): Promise<void>;
}

/** Builds everything from a configuration. The container stays in here. */
export function createApp(options: AppOptions): ComposedApp {
  const container = new Container({ defaultScope: 'Singleton' });
  container.bind(TOKENS.options).toConstantValue(options);
  container.load(machineModule, storesModule, pluginsModule, engineModule);
  const made = new Set<string>();
  const get = <K extends 'engine' | 'runs' | 'objects' | 'machine'>(name: K): ComposedApp[K] => {
    made.add(name);
    return container.get<ComposedApp[K]>(TOKENS[name] as never);
  };
  return {
    get engine() {
      return get('engine');
    },
    get runs() {
      return get('runs');
    },
    get objects() {
      return get('objects');
    },
    get machine() {
      return get('machine');
    },
    dispose: async () => {
      if (made.has('engine')) {
        await get('engine').dispose();
        const parts = [...container.get(TOKENS.executors).values(), ...container.get(TOKENS.builders).values()];
        await Promise.all(parts.map((part) => part.dispose()));
      }
      if (made.has('engine') || made.has('objects')) await get('objects').dispose();
      if (made.has('engine') || made.has('runs')) await get('runs').dispose();
      await container.unbindAllAsync();
    },
  };
}
