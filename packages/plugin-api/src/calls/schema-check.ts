import { AmbitError } from '../errors.ts';
import type { StandardIssue, StandardSchemaV1 } from '../standard-schema.ts';

/** What checks and converts the one argument of a task, and its result. */
export interface TaskSchemas {
  readonly input?: StandardSchemaV1;
  readonly output?: StandardSchemaV1;
}

type AnyFunction = (...args: never[]) => unknown;

const described = 4;

/** What the function gets: without a schema, the arguments as they are. Rejects with `AMBIT_TASK_INPUT_REFUSED`. */
export async function acceptInput(task: string, { input }: TaskSchemas, args: readonly unknown[]): Promise<readonly unknown[]> {
  if (input === undefined) return args;
  const [given] = args;
  const result = await input['~standard'].validate(given);
  if (!result.issues) return [result.value];
  if (given !== undefined) throw refused(task, 'input', result.issues);
  // An input that need say nothing may be left out.
  const nothing = await input['~standard'].validate({});
  if (nothing.issues) throw refused(task, 'input', nothing.issues);
  return [nothing.value];
}

/** What a call of the task gives. Rejects with `AMBIT_TASK_OUTPUT_REFUSED`. */
export async function acceptOutput(task: string, { output }: TaskSchemas, value: unknown): Promise<unknown> {
  if (output === undefined) return value;
  const result = await output['~standard'].validate(value);
  if (result.issues) throw refused(task, 'output', result.issues);
  return result.value;
}

/** A call of a task's function, between its schemas. */
export async function callChecked(
  task: string,
  fn: AnyFunction,
  schemas: TaskSchemas | undefined,
  args: readonly unknown[],
): Promise<unknown> {
  const plain = fn as (...args: unknown[]) => unknown;
  if (schemas === undefined) return plain(...args);
  const accepted = await acceptInput(task, schemas, args);
  return acceptOutput(task, schemas, await plain(...accepted));
}

function refused(task: string, what: 'input' | 'output', issues: readonly StandardIssue[]): AmbitError {
  const facts = issues.map(({ path = [], message }) => ({ path: pathOf(what, path), message }));
  const told = facts.slice(0, described).map(({ path, message }) => `${path}: ${message}`);
  const more = facts.length > described ? [`and ${facts.length - described} more`] : [];
  const all = [...told, ...more].join('; ').replace(/[.\s]*$/, '.');
  const [code, hint] =
    what === 'input'
      ? (['AMBIT_TASK_INPUT_REFUSED', 'Call it with what its input schema asks for.'] as const)
      : (['AMBIT_TASK_OUTPUT_REFUSED', 'Return what its output schema asks for, or mend the schema.'] as const);
  return new AmbitError(code, `The ${what} of ${task} is not what its schema asks for: ${all}`, {
    hint,
    facts: { task, issues: facts },
  });
}

function pathOf(root: string, path: NonNullable<StandardIssue['path']>): string {
  const keys = path.map((part) => (typeof part === 'object' ? part.key : part));
  return root + keys.map((key) => (isName(key) ? `.${key}` : `[${typeof key === 'string' ? JSON.stringify(key) : String(key)}]`)).join('');
}

function isName(key: PropertyKey): key is string {
  return typeof key === 'string' && /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key);
}
