import { definitionError, here } from '@ambit/plugin-api';
import type { AmbitError } from '@ambit/plugin-api';
import type { DependencyEdge, EnvironmentDefinition, TaskDefinition } from './definition.ts';
import type { EnvironmentParts } from './environment-options.ts';
import type { AnyEnvironment } from './task-environment.ts';

interface Dependencies {
  readonly environments: readonly AnyEnvironment[];
  readonly edges: readonly DependencyEdge[];
}

/** What a `TaskEnvironment` holds: its definition, which grows while the user's modules run. */
export class EnvironmentRecord {
  readonly definition: EnvironmentDefinition;
  readonly parts: EnvironmentParts;
  readonly #tasks = new Map<string, TaskDefinition>();
  readonly #edges = new Map<EnvironmentDefinition, readonly [AnyEnvironment, DependencyEdge]>();
  #dependencies: Dependencies | undefined;

  constructor(name: string, parts: EnvironmentParts) {
    const edges = (): readonly DependencyEdge[] => this.dependencies().edges;
    const { defaults: _defaults, ...described } = parts;
    this.parts = parts;
    this.definition = Object.freeze({
      name,
      ...described,
      get dependsOn() {
        return edges();
      },
      tasks: this.#tasks,
      ...here(),
    });
  }

  /** As they are now; the same lists until one is added. */
  dependencies(): Dependencies {
    const all = [...(this.#dependencies === undefined ? this.#edges.values() : [])];
    this.#dependencies ??= {
      environments: Object.freeze(all.map(([environment]) => environment)),
      edges: Object.freeze(all.map(([, edge]) => edge)),
    };
    return this.#dependencies;
  }

  /** The first edge to an environment stays: a second one says nothing new. */
  addDependency(value: AnyEnvironment, environment: EnvironmentDefinition): void {
    if (this.#edges.has(environment)) return;
    this.#edges.set(environment, [value, Object.freeze({ environment, ...here() })]);
    this.#dependencies = undefined;
  }

  addTask(task: Omit<TaskDefinition, 'id' | 'at'>): TaskDefinition {
    const { name: environment } = this.definition;
    const first = this.#tasks.get(task.name);
    if (first !== undefined) throw duplicateTask(environment, first);
    const definition = Object.freeze({ id: `${environment}.${task.name}`, ...task, ...here() });
    this.#tasks.set(task.name, definition);
    return definition;
  }
}

function duplicateTask(environment: string, first: TaskDefinition): AmbitError {
  const places = [first, here()].flatMap(({ at }) => at ?? []);
  return definitionError(
    'AMBIT_DEFINE_DUPLICATE_TASK',
    `Environment ${environment}: task ${first.name} is defined twice${places.length > 0 ? `: ${places.join(' and ')}` : ''}.`,
    'Give one of them another name, or remove one.',
    { environment, task: first.id, first: first.at },
  );
}
