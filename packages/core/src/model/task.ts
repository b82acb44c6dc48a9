import { TASK, brand } from './brand.ts';
import type { EnvironmentDefinition, TaskDefinition } from './definition.ts';
import { currentCall } from './shared-globals.ts';

/**
 * A function that runs in the environment it was defined in. Outside a run, calling it is calling the function; inside a task, a
 * call is a child of its own.
 */
export interface Task<A extends readonly unknown[], R, Id extends string = string> {
  (...args: A): Promise<R>;
  /** `env.task`. */
  readonly id: Id;
  /** The plain function, wherever the call is made: in the environment of the caller. */
  local(...args: A): Promise<R>;
}

export type AnyTask = Task<never, unknown>;
export type TaskArgs<T> = T extends Task<infer A, infer _R, infer _I> ? A : never;
export type TaskResult<T> = T extends Task<infer _A, infer R, infer _I> ? R : never;
export type TaskId<T> = T extends Task<infer _A, infer _R, infer Id> ? Id : never;

export type PlainFunction = (...args: never[]) => unknown;

/** What a task is, found on it by `taskFacts(value)`. */
export interface TaskFacts {
  readonly id: string;
  readonly name: string;
  readonly environment: EnvironmentDefinition;
  readonly definition: TaskDefinition;
  /** As the user wrote it. */
  readonly fn: PlainFunction;
}

export function makeTask(environment: EnvironmentDefinition, definition: TaskDefinition, fn: PlainFunction): Task<unknown[], unknown> {
  const { id, name } = definition;
  const plain = fn as (...args: unknown[]) => unknown;
  const facts: TaskFacts = Object.freeze({ id, name, environment, definition, fn });
  const task = async (...args: unknown[]): Promise<unknown> => {
    const call = currentCall();
    return call === undefined ? plain(...args) : call(facts, args);
  };
  Object.defineProperties(task, {
    name: { value: name },
    length: { value: fn.length },
    id: { value: id, enumerable: true },
    local: { value: async (...args: unknown[]): Promise<unknown> => plain(...args) },
  });
  brand(task, TASK, facts);
  return task as Task<unknown[], unknown>;
}
