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

/** Only these make what they return; others return what was there. */
const making = new Set(['task', 'new', 'cloneWith']);

type Callable = (...args: unknown[]) => unknown;

/** Sees which call makes which task and environment, and says where each call stands while it runs. */
export class Recorder {
  readonly #sites: ReadonlyMap<string, MarkedSite>;
  readonly #made = new Map<string, Made[]>();
  readonly #taskSites = new Map<TaskDefinition, string[]>();
  /** By value, the number of calls when it was seen first. */
  readonly #firstSeen = new WeakMap<object, number>();
  readonly #thrown = new Map<unknown, Place>();
  #calls = 0;
  #isFinished = false;

  constructor(sites: readonly MarkedSite[]) {
    this.#sites = new Map(sites.map((site) => [site.id, site]));
  }

  readonly mark: MarkCall = (id, object, method, ...args) => {
    const site = this.#sites.get(id)!;
    const since = (this.#calls += 1);
    const place = sharedGlobals[PLACE];
    const directory = sharedGlobals[DIRECTORY];
    sharedGlobals[PLACE] = site.at;
    sharedGlobals[DIRECTORY] = dirname(site.file);
    try {
      const value = method === 'new' ? construct(object, args, site.callee) : invoke(object, method, args, site.callee);
      if (!this.#isFinished && making.has(method)) this.#record(id, value, since);
      return value;
    } catch (error) {
      if (!this.#isFinished && !this.#thrown.has(error)) this.#thrown.set(error, site.at);
      throw error;
    } finally {
      sharedGlobals[PLACE] = place;
      sharedGlobals[DIRECTORY] = directory;
    }
  };

  /** What was seen until now. From here on marks only call, and say where. */
  finish(): Recording {
    this.#isFinished = true;
    const observations = [...this.#sites.values()].flatMap(({ id, file, start, end, at }) => {
      const made = this.#made.get(id);
      return made ? [{ site: { file, start, end, at }, made }] : [];
    });
    return { observations, taskSites: this.#taskSites };
  }

  /** The place of the innermost marked call that threw this. */
  placeOf(error: unknown): Place | undefined {
    return this.#thrown.get(error);
  }

  #record(site: string, value: unknown, since: number): void {
    const found = recognise(value);
    if (!found) return;
    if (!this.#firstSeen.has(value as object)) this.#firstSeen.set(value as object, this.#calls);
    if (this.#firstSeen.get(value as object)! < since) return;
    append(this.#made, site, found.made);
    if (found.task) append(this.#taskSites, found.task, site);
  }
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
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
    const schemas = Object.keys(definition.schema ?? {});
    const made: Made = { kind: 'task', id, name, environment: environment.name, ...(schemas.length > 0 && { schemas }) };
    return { made, task: definition };
  }
  const environment = environmentDefinition(value);
  return environment && { made: { kind: 'environment', name: environment.name } };
}
