import { environmentDefinition, taskFacts } from '@ambit/core';
import type { CallOptions, EnvironmentDefinition, TaskDefinition } from '@ambit/core';
import { schemaParameter } from '../parameters/json-schema.ts';
import type { LoadedProject, LoadedTask, Parameter } from '../project.ts';
import { isPlaceholder } from './placeholder.ts';
import type { WrittenTask } from './prepared-project.ts';

type Exports = Readonly<Record<string, unknown>>;

/** What a module defines: what it exports, the environments of its exported tasks, and all that those depend on. */
export function collectDefinitions(
  exports: Exports,
  written: (task: TaskDefinition) => WrittenTask | undefined,
): Pick<LoadedProject, 'environments' | 'tasks'> {
  const environmentNames = new Map<EnvironmentDefinition, string>();
  const taskNames = new Map<TaskDefinition, string>();
  const overrides = new Map<TaskDefinition, Map<CallOptions, string>>();
  const ofTasks: EnvironmentDefinition[] = [];
  for (const [name, value] of Object.entries(exports)) {
    if (isPlaceholder(value)) continue;
    const task = taskFacts(value);
    const environment = task ? undefined : environmentDefinition(value);
    if (task) ofTasks.push(task.environment);
    if (task?.options) addOverride(overrides, task.definition, task.options, name);
    else if (task && !taskNames.has(task.definition)) taskNames.set(task.definition, name);
    if (environment && !environmentNames.has(environment)) environmentNames.set(environment, name);
  }
  const reached = reach([...environmentNames.keys(), ...ofTasks]);
  const environments = [...new Set([...environmentNames.keys(), ...reached])];
  const loadedTask = (definition: TaskDefinition, environment: EnvironmentDefinition, exported: Exported): LoadedTask => {
    const said = written(definition);
    const description = exported.options?.description ?? definition.description ?? said?.description;
    const task = { definition, environment, ...exported, ...(description === undefined ? {} : { description }) };
    if (definition.schema?.input !== undefined) return withSchema(task, definition.schema.input, said?.input);
    return said?.parameters === undefined ? task : { ...task, parameters: said.parameters };
  };
  return {
    environments: environments.map((definition) => ({ definition, ...named(environmentNames.get(definition)) })),
    tasks: environments.flatMap((environment) =>
      [...environment.tasks.values()].flatMap((task) => {
        const others = [...(overrides.get(task) ?? [])].map(([options, exportedAs]) => ({ options, exportedAs }));
        return [named(taskNames.get(task)), ...others].map((exported) => loadedTask(task, environment, exported));
      }),
    ),
  };
}

type Exported = Pick<LoadedTask, 'exportedAs' | 'options'>;

function addOverride(
  overrides: Map<TaskDefinition, Map<CallOptions, string>>,
  task: TaskDefinition,
  options: CallOptions,
  name: string,
): void {
  const names = overrides.get(task) ?? new Map<CallOptions, string>();
  if (!names.has(options)) overrides.set(task, names.set(options, name));
}

/** Schemas are asked when somebody wants to know: most tasks are not called from outside. */
function withSchema(task: LoadedTask, schema: unknown, written: Parameter | undefined): LoadedTask {
  let parameters: readonly Parameter[] | undefined;
  return {
    ...task,
    get parameters(): readonly Parameter[] {
      return (parameters ??= [schemaParameter(schema, written)]);
    },
  };
}

/** In pre-order, each once. Iterative: a chain may be longer than a stack is deep. */
function reach(roots: readonly EnvironmentDefinition[]): Set<EnvironmentDefinition> {
  const reached = new Set<EnvironmentDefinition>();
  const open = [...roots].reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    for (const edge of [...next.dependsOn].reverse()) open.push(edge.environment);
  }
  return reached;
}

function named(exportedAs: string | undefined): { readonly exportedAs?: string } {
  return exportedAs === undefined ? {} : { exportedAs };
}
