import { checkOptions, definitionError, isPlainObject, optionError } from '@ambit/plugin-api';
import type { AmbitError, Owner, SchemaInput, SchemaOutput, StandardSchemaV1, TaskOptions } from '@ambit/plugin-api';
import { ENVIRONMENT, brand, readBrand } from './brand.ts';
import { rememberCaller } from './defined-at.ts';
import { environmentOptions, parseDependencies, parseDependency, parseParts } from './environment-options.ts';
import type { EnvironmentOptions, EnvironmentParts } from './environment-options.ts';
import { EnvironmentRecord } from './environment-record.ts';
import { checkEnvironmentName, checkTaskName } from './names.ts';
import { makeTask, ownerOfTask } from './task.ts';
import type { PlainFunction, Task, TaskOf } from './task.ts';
import { parseTask } from './task-options.ts';
import type { Runs, Travels } from './travels.ts';

/** An environment of any name. Values are recognised by brand, so those of another copy of Ambit count. */
export interface AnyEnvironment {
  readonly name: string;
  readonly dependsOn: readonly AnyEnvironment[];
  addDependency(...environments: AnyEnvironment[]): AnyEnvironment;
}

/** The arguments that a schema means: an input that need say nothing may be left out. */
type InputOf<I extends StandardSchemaV1> = Record<never, never> extends SchemaInput<I> ? [input?: SchemaInput<I>] : [input: SchemaInput<I>];

const RECORD = Symbol('record');
/** Under this, `cloneWith` hands over what a clone inherits. */
const INHERITED = Symbol('inherited');

type Checked = Record<string, unknown> & { readonly [INHERITED]?: EnvironmentParts };

const theFunction = {
  expected: 'a function, after name and options',
  example: `env.task('run_fold', { retries: 2 }, async (sequence: string) => …)`,
};

function ownerOf({ name }: { readonly name?: unknown } = {}): Owner {
  if (typeof name !== 'string') return { title: 'TaskEnvironment', facts: {} };
  return { title: `Environment ${name}`, facts: { environment: name } };
}

function optionsOf(options: unknown): { readonly owner: Owner; readonly checked: Checked } {
  const owner = ownerOf(isPlainObject(options) ? options : undefined);
  return { owner, checked: checkOptions(owner, 'options', options, environmentOptions) };
}

function selfDependency(environment: string): AmbitError {
  return definitionError(
    'AMBIT_DEFINE_SELF_DEPENDENCY',
    `Environment ${environment} cannot depend on itself.`,
    'Leave it out: tasks of one environment may call each other anyway.',
    { environment },
  );
}

function recordOf(environment: object): EnvironmentRecord {
  return readBrand<EnvironmentRecord>(environment, RECORD)!;
}

/** Image, resources and variables that tasks run with. */
export class TaskEnvironment<const N extends string = string> implements AnyEnvironment {
  declare readonly name: N;

  constructor(options: EnvironmentOptions<N>) {
    const { owner, checked } = optionsOf(options);
    const name = checkEnvironmentName(checked['name']);
    const record = new EnvironmentRecord(name, parseParts(owner, checked, checked[INHERITED]));
    Object.defineProperty(this, 'name', { value: name, enumerable: true });
    brand(this, ENVIRONMENT, record.definition);
    brand(this, RECORD, record);
    rememberCaller(this, new.target as never);
    for (const dependency of parseDependencies(owner, checked['dependsOn'])) record.addDependency(...dependency);
  }

  get dependsOn(): readonly AnyEnvironment[] {
    return recordOf(this).dependencies().environments;
  }

  /**
   * Defines a task: `fn` runs in this environment, with what `options` say. Its id is `NAME_OF_ENVIRONMENT.NAME`. With an `input`
   * schema it has one parameter, which the schema checks and converts where the task runs; an `output` schema does that with the
   * result.
   */
  task<const T extends string, F extends CallableFunction>(name: T, fn: F & Runs<F>): TaskOf<F, `${N}.${T}`>;
  task<const T extends string, F extends CallableFunction>(
    name: T,
    options: TaskOptions & { readonly input?: never; readonly output?: never },
    fn: F & Runs<F>,
  ): TaskOf<F, `${N}.${T}`>;
  task<const T extends string, I extends StandardSchemaV1, O extends StandardSchemaV1>(
    name: T,
    options: TaskOptions & { readonly input: I & Travels<[SchemaInput<I>], SchemaOutput<O>>; readonly output: O },
    fn: (input: SchemaOutput<I>) => SchemaInput<O> | Promise<SchemaInput<O>>,
  ): Task<InputOf<I>, SchemaOutput<O>, `${N}.${T}`>;
  task<const T extends string, I extends StandardSchemaV1, R>(
    name: T,
    options: TaskOptions & { readonly input: I & Travels<[SchemaInput<I>], null>; readonly output?: never },
    fn: ((input: SchemaOutput<I>) => R) & Travels<[], Awaited<R>>,
  ): Task<InputOf<I>, Awaited<R>, `${N}.${T}`>;
  task(name: string, ...rest: readonly [PlainFunction] | readonly [TaskOptions, PlainFunction]): unknown {
    const record = recordOf(this);
    const environment = record.definition.name;
    const checkedName = checkTaskName(environment, name);
    const owner = ownerOfTask(`${environment}.${checkedName}`, environment);
    const [options, fn] = rest.length === 1 && typeof rest[0] === 'function' ? [undefined, ...rest] : rest;
    if (typeof fn !== 'function') throw optionError(owner, 'the function', theFunction, fn);
    const parsed = parseTask(owner, options, record.parts.defaults);
    const task = makeTask(record.definition, record.addTask({ name: checkedName, ...parsed }), fn);
    rememberCaller(task, Reflect.get(this, 'task'));
    return task;
  }

  /** All or none: nothing is added where one is refused. */
  addDependency(...environments: AnyEnvironment[]): this {
    const record = recordOf(this);
    const { definition } = record;
    const owner = ownerOf(definition);
    const dependencies = environments.map((each, index) => parseDependency(owner, `addDependency[${index}]`, each));
    if (dependencies.some(([, environment]) => environment === definition)) throw selfDependency(definition.name);
    for (const dependency of dependencies) record.addDependency(...dependency);
    return this;
  }

  /** An environment like this one under another name, without its tasks. What `options` name replaces what is inherited. */
  cloneWith<const M extends string>(options: Partial<EnvironmentOptions<M>> & { readonly name: M }): TaskEnvironment<M> {
    return clone(this, options);
  }
}

function clone<const M extends string>(original: AnyEnvironment, options: unknown): TaskEnvironment<M> {
  const given = optionsOf(options).checked as Checked & EnvironmentOptions<M>;
  const inherited = { dependsOn: given.dependsOn ?? original.dependsOn, [INHERITED]: recordOf(original).parts };
  return new TaskEnvironment<M>({ ...given, ...inherited });
}
