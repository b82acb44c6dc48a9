import { AmbitError, callChecked, mapCall, parseOverride } from '@ambit/plugin-api';
import type { CallOptions, Many, MapCall, MapOptions, Owner, TaskOverride, TaskSchemas } from '@ambit/plugin-api';
import { currentCall, definedTasks, workerFacts } from './worker-facts.ts';
import type { TaskFunction } from './worker-facts.ts';

/** A task as bundles have it. */
export interface BundledTask {
  (...args: unknown[]): Promise<unknown>;
  readonly id: string;
  /** The function itself, without another action. */
  local(...args: unknown[]): Promise<unknown>;
  /** One call for each item, a limited number at a time. */
  map(items: Many<unknown>, options?: MapOptions): MapCall<unknown>;
  /** The same task, with other options for the calls made of it. */
  override(options: TaskOverride): BundledTask;
}

interface Callee {
  readonly id: string;
  readonly fn?: TaskFunction;
}

type Local = BundledTask['local'];

/** A task of the environment that this code was cut for. */
export function defineTask(id: string, fn: TaskFunction, schemas?: TaskSchemas): BundledTask {
  definedTasks().set(id, { fn, ...(schemas && { schemas }) });
  return callable({ id, fn }, async (...args) => callChecked(id, fn, schemas, args));
}

/** A task of another environment: its code is not here, but a call of it finds it. */
export function task(id: string): BundledTask {
  return callable({ id }, async () => {
    throw notHere(id);
  });
}

function callable(callee: Callee, local: Local, options?: CallOptions): BundledTask {
  const { id } = callee;
  const owner = ownerOf(id);
  const call = (...args: unknown[]): Promise<unknown> => {
    const elsewhere = currentCall();
    if (elsewhere) return options ? elsewhere(callee, args, options) : elsewhere(callee, args);
    return isThread() ? Promise.reject(inThread(id)) : local(...args);
  };
  return Object.assign(call, {
    id,
    local,
    map: (items: Many<unknown>, mapOptions?: MapOptions) =>
      mapCall({ ...owner, title: `${owner.title}: map` }, items, (item) => call(item), mapOptions),
    override: (given: TaskOverride) => callable(callee, local, { ...options, ...parseOverride(owner, given) }),
  });
}

function ownerOf(id: string): Owner {
  return { title: `Task ${id}`, facts: { environment: id.slice(0, id.indexOf('.')), task: id } };
}

/** Only the main thread of a runner is told of calls. In another, a task would run where it was called, in silence. */
function isThread(): boolean {
  return !process.getBuiltinModule('node:worker_threads').isMainThread;
}

function inThread(id: string): AmbitError {
  return new AmbitError('AMBIT_TASK_CONTEXT_LOST', `${id} was called in a thread that a task had started.`, {
    hint: `Call it in the task itself, and hand what it gives to the thread; or call .local, which runs it where it is.`,
    facts: { task: id },
  });
}

function notHere(id: string): AmbitError {
  const environment = workerFacts()?.environment;
  const cutFor = environment === undefined ? 'one environment' : `environment ${environment}`;
  return new AmbitError('AMBIT_TASK_NOT_HERE', `The task ${id} cannot run here: this code was cut for ${cutFor}, without ${id}.`, {
    hint: `Call it inside a task, without .local, so that it runs in an environment of its own.`,
    facts: { task: id, ...(environment === undefined ? {} : { environment }) },
  });
}
