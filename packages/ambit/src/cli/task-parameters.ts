import type { LoadedTask, Parameter } from '@ambit/bundler';

/** A flag of a task: one of its parameters, or a field of its only parameter. */
export interface TaskFlag {
  /** The flag without its dashes: `max-hits`. */
  readonly name: string;
  /** As the code spells it, where that differs. */
  readonly alias?: string;
  /** `--no-max-hits`, of a boolean, and its other spelling. */
  readonly negations: readonly string[];
  readonly parameter: Parameter;
  /** The parameter is a field of the task's only one. */
  readonly isField: boolean;
}

/** A task that takes one object, of which the code says what is in it: its fields are flags. */
export function spreadParameter({ parameters = [] }: Pick<LoadedTask, 'parameters'>): Parameter | undefined {
  const [only, ...others] = parameters;
  return only?.kind === 'object' && !only.rest && others.length === 0 && (only.fields?.length ?? 0) > 0 ? only : undefined;
}

/** What of a task may be said by flags. */
export function taskFlags(task: Pick<LoadedTask, 'parameters'>): readonly TaskFlag[] {
  const spread = spreadParameter(task);
  const all = spread?.fields ?? task.parameters ?? [];
  const parameters = all.filter(({ name }) => /^[^\s=,|<>[\]-][^\s=,|<>[\]]*$/u.test(name));
  const taken = new Set(parameters.map(({ name }) => name));
  return parameters.map((parameter) => {
    const [name, alias] = spellings(parameter.name, taken);
    const negations = parameter.kind === 'boolean' && !parameter.rest ? [name, alias].flatMap((each) => negation(each, taken)) : [];
    return { name, negations, parameter, isField: spread !== undefined, ...(alias !== undefined && { alias }) };
  });
}

/** `maxHits` is `--max-hits` and `--maxHits`, unless another parameter has that name. */
function spellings(name: string, taken: Set<string>): readonly [string, string?] {
  const spelt = kebab(name);
  if (spelt === name || taken.has(spelt)) return [name];
  taken.add(spelt);
  return [spelt, name];
}

function negation(name: string | undefined, taken: Set<string>): readonly string[] {
  const negated = `no-${name}`;
  if (name === undefined || taken.has(negated)) return [];
  taken.add(negated);
  return [negated];
}

function kebab(name: string): string {
  return name
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1-$2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1-$2')
    .toLowerCase();
}
