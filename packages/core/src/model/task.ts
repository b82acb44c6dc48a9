import { callChecked, mapCall, parseOverride } from '@ambit/plugin-api';
import type { CallOptions, Many, MapCall, MapOptions, Owner, TaskOverride } from '@ambit/plugin-api';
import { TASK, brand } from './brand.ts';
import { keepCaller } from './defined-at.ts';
import type { EnvironmentDefinition, TaskDefinition } from './definition.ts';
import { currentCall } from './shared-globals.ts';
import type { No, Settled } from './travels.ts';

/**
 * A function that runs in the environment it was defined in. Outside a run, calling it is calling the function; inside a task, a
 * call is a child of its own.
 */
export interface Task<A extends readonly unknown[], R, Id extends string = string> {
  (...args: A): Promise<R>;
  /** `env.task`. */
  readonly id: Id;
  /** The same task, with other options for the calls made of it. What is `undefined` stays, `null` is as if nothing had been said. */
  override(options: TaskOverride): Task<A, R, Id>;
  /** One call for each item, of which a limited number is open at a time. */
  map(items: Many<Item<A>>, options?: MapOptions): MapCall<R>;
  /** The plain function, wherever the call is made: in the environment of the caller. */
  local(...args: A): Promise<R>;
}

/** What a task takes that can be called with one argument. */
export type Item<A extends readonly unknown[]> = A extends readonly [_?: infer _First, ...rest: infer Rest]
  ? [] extends Rest
    ? A[0]
    : No<'several required parameters: use map(items, fn)'>
  : never;

/** The task that a function becomes. */
export type TaskOf<F, Id extends string> = F extends (...args: infer A) => infer R ? Task<A, Settled<R>, Id> : never;

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
  /** The same for all overrides of a task. */
  readonly definition: TaskDefinition;
  /** As the user wrote it. */
  readonly fn: PlainFunction;
  /** What overrides say of calls. */
  readonly options?: CallOptions;
}

export function ownerOfTask(id: string, environment: string): Owner {
  return { title: `Task ${id}`, facts: { environment, task: id } };
}

export function makeTask(environment: EnvironmentDefinition, definition: TaskDefinition, fn: PlainFunction): Task<unknown[], unknown> {
  const { id, name } = definition;
  return taskOf(Object.freeze({ id, name, environment, definition, fn }));
}

function taskOf(facts: TaskFacts): Task<unknown[], unknown> {
  const { id, name, environment, definition, fn, options } = facts;
  const owner = ownerOfTask(id, environment.name);
  const local = async (...args: unknown[]): Promise<unknown> => callChecked(id, fn, definition.schema, args);
  const task = async (...args: unknown[]): Promise<unknown> => {
    const call = currentCall();
    return call === undefined ? local(...args) : call(facts, args, options);
  };
  const map = (items: Many<unknown>, mapOptions?: MapOptions): MapCall<unknown> =>
    mapCall({ ...owner, title: `${owner.title}: map` }, items, (item) => task(item), mapOptions);
  const override = (given: TaskOverride): Task<unknown[], unknown> => {
    const other = taskOf(Object.freeze({ ...facts, options: Object.freeze({ ...options, ...parseOverride(owner, given) }) }));
    keepCaller(task, other);
    return other;
  };
  Object.defineProperties(task, {
    name: { value: name },
    length: { value: fn.length },
    id: { value: id, enumerable: true },
    local: { value: local },
    map: { value: map },
    override: { value: override },
  });
  brand(task, TASK, facts);
  return task as unknown as Task<unknown[], unknown>;
}
