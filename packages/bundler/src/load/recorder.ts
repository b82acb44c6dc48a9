import { dirname } from 'node:path';
import { environmentDefinition, taskFacts } from '@ambit/core';
import type { Place, TaskDefinition } from '@ambit/core';
import type { Made, Observation } from '../observation.ts';
import { isPlaceholder } from './placeholder.ts';
import type { MarkedSite } from './prepared-project.ts';
import { DIRECTORY, PLACE, sharedGlobals } from './shared-globals.ts';

/** Calls `object[method](...args)`, with method `new`: `new object(...args)`. */
export type MarkCall = (site: string, object: unknown, method: string, ...args: unknown[]) => unknown;

export interface Recording {
  readonly observations: readonly Observation[];
  /** The sites through which a task went, the innermost first. */
  readonly taskSites: ReadonlyMap<TaskDefinition, readonly string[]>;
}

export interface Recorder {
  readonly mark: MarkCall;
  /** What was seen until now. From here on marks only call, and say where. */
  finish(): Recording;
  /** The place of the innermost marked call that threw this. */
  placeOf(error: unknown): Place | undefined;
}

/** Only these make what they return; others return what was there. */
const making = new Set(['task', 'new', 'cloneWith']);

type Callable = (...args: unknown[]) => unknown;

/** Sees which call makes which task and environment, and says where each call stands while it runs. */
export function createRecorder(sites: readonly MarkedSite[]): Recorder {
  const byId = new Map(sites.map((site) => [site.id, site]));
  const made = new Map<string, Made[]>();
  const taskSites = new Map<TaskDefinition, string[]>();
  const firstSeen = new WeakMap<object, number>();
  const thrown = new Map<unknown, Place>();
  let calls = 0;
  let finished = false;

  const record = (site: string, value: unknown, since: number): void => {
    const found = recognise(value);
    if (!found) return;
    if (!firstSeen.has(value as object)) firstSeen.set(value as object, calls);
    if (firstSeen.get(value as object)! < since) return;
    append(made, site, found.made);
    if (found.task) append(taskSites, found.task, site);
  };

  const mark: MarkCall = (id, object, method, ...args) => {
    const site = byId.get(id)!;
    const since = (calls += 1);
    const place = sharedGlobals[PLACE];
    const directory = sharedGlobals[DIRECTORY];
    sharedGlobals[PLACE] = site.at;
    sharedGlobals[DIRECTORY] = dirname(site.file);
    try {
      const value = method === 'new' ? construct(object, args, site.callee) : invoke(object, method, args, site.callee);
      if (!finished && making.has(method)) record(id, value, since);
      return value;
    } catch (error) {
      if (!finished && !thrown.has(error)) thrown.set(error, site.at);
      throw error;
    } finally {
      sharedGlobals[PLACE] = place;
      sharedGlobals[DIRECTORY] = directory;
    }
  };

  const finish = (): Recording => {
    finished = true;
    const seen = sites.filter((site) => made.has(site.id));
    return { observations: seen.map((site) => ({ site: plainSite(site), made: made.get(site.id)! })), taskSites };
  };
  return { mark, finish, placeOf: (error) => thrown.get(error) };
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

function plainSite({ file, start, end, at }: MarkedSite): Observation['site'] {
  return { file, start, end, at };
}

/** Errors as the engine words them for the code as written. */
function invoke(object: unknown, method: string, args: unknown[], callee: string): unknown {
  const callable = (object as Record<string, unknown>)[method];
  if (typeof callable !== 'function') throw new TypeError(`${callee} is not a function`);
  return Reflect.apply(callable as Callable, object, args);
}

function construct(constructor: unknown, args: unknown[], callee: string): unknown {
  if (typeof constructor !== 'function') throw new TypeError(`${callee} is not a constructor`);
  return Reflect.construct(constructor as Callable, args);
}

function recognise(value: unknown): { readonly made: Made; readonly task?: TaskDefinition } | undefined {
  if (isPlaceholder(value)) return undefined;
  const task = taskFacts(value);
  if (task) {
    const { id, name, environment, definition } = task;
    return { made: { kind: 'task', id, name, environment: environment.name }, task: definition };
  }
  const environment = environmentDefinition(value);
  return environment && { made: { kind: 'environment', name: environment.name } };
}
