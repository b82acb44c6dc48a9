import type { ParsedResources } from '@ambit/plugin-api';
import type { PlannedEnvironment } from '@ambit/core';
import type { Action } from './action.ts';
import { EnvironmentPool } from './environment-pool.ts';
import type { ExecutorPool } from './executor-pool.ts';

/**
 * The pools of a run: one for each environment, and one more for each other set of resources that is asked for in a call, or
 * that a task gets because its memory ran out.
 */
export class RunPools {
  readonly executors = new Map<string, ExecutorPool>();
  readonly #newExecutor: (name: string) => ExecutorPool;
  readonly #own = new Map<string, EnvironmentPool>();
  readonly #others = new Map<string, EnvironmentPool>();

  constructor(environments: readonly PlannedEnvironment[], newExecutor: (name: string) => ExecutorPool) {
    this.#newExecutor = newExecutor;
    for (const environment of environments) this.#own.set(environment.name, this.#add(environment));
  }

  all(): readonly EnvironmentPool[] {
    return [...this.#own.values(), ...this.#others.values()];
  }

  ofEnvironment(name: string): EnvironmentPool {
    return this.#own.get(name)!;
  }

  /** Where an action waits, with the resources that it needs now. */
  of(action: Action): EnvironmentPool {
    const own = this.ofEnvironment(action.task.environment);
    const { environment } = own;
    if (action.options?.resources === undefined && action.memoryFactor === 1) return own;
    const resources = withMemory(action.options?.resources ?? environment.resources, action.memoryFactor);
    const text = JSON.stringify(resources);
    if (text === JSON.stringify(environment.resources)) return own;
    const key = `${environment.name} ${text}`;
    const other = this.#others.get(key) ?? this.#add({ ...environment, resources });
    this.#others.set(key, other);
    return other;
  }

  #add(environment: PlannedEnvironment): EnvironmentPool {
    const name = environment.executor ?? '';
    const executor = this.executors.get(name) ?? this.#newExecutor(name);
    this.executors.set(name, executor);
    const pool = new EnvironmentPool(environment, executor);
    executor.pools.push(pool);
    return pool;
  }
}

function withMemory(resources: ParsedResources, factor: number): ParsedResources {
  const { memory } = resources;
  if (!memory || factor === 1) return resources;
  return { ...resources, memory: [Math.ceil(memory[0] * factor), Math.ceil(memory[1] * factor)] };
}
