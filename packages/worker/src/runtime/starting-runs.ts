import { AmbitError } from '@ambit/plugin-api';

/** In a task, no module is the one that was started. */
export function isMain(_meta?: unknown): boolean {
  return false;
}

export function defineConfig<T>(config: T): T {
  return config;
}

export async function initFromConfig(): Promise<never> {
  throw new AmbitError('AMBIT_IN_TASK', 'A run cannot be started inside a task.', {
    hint: 'Call the task itself, which makes it a part of this run; or guard what starts runs with if (isMain(import.meta)).',
  });
}
