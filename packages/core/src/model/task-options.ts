import { checkOptions, checkText, optionError, parseRetries, parseTimeout, taskOptions } from '@ambit/plugin-api';
import type { Owner, RetryPolicy, StandardSchemaV1, TaskPolicy, TaskSchemas, TimeoutPolicy } from '@ambit/plugin-api';

/** What options say, checked; `undefined` where they say nothing. */
export interface ParsedTaskOptions {
  readonly description?: string;
  readonly retries?: RetryPolicy;
  readonly timeout?: TimeoutPolicy;
}

interface ParsedTask {
  readonly description?: string;
  readonly policy: TaskPolicy;
  readonly schema?: TaskSchemas;
}

const wanted = {
  description: { expected: 'text', example: `description: 'Folds a sequence'` },
  schema: {
    expected: 'a schema that implements Standard Schema 1 (zod, valibot, arktype, …)',
    example: 'input: z.object({ sequence: z.string() })',
  },
};

export function parseTaskOptions(owner: Owner, option: string, value: unknown): ParsedTaskOptions {
  return parsed(owner, checkOptions(owner, option, value, taskOptions));
}

/** What a task's options say; what they do not say is as its environment's defaults have it. */
export function parseTask(owner: Owner, options: unknown, defaults: ParsedTaskOptions): ParsedTask {
  const given = checkOptions(owner, 'options', options, [...taskOptions, 'input', 'output']);
  const { description, retries, timeout } = { ...defaults, ...parsed(owner, given) };
  const { input, output } = given;
  const schema = {
    ...(input !== undefined && { input: checkSchema(owner, 'input', input) }),
    ...(output !== undefined && { output: checkSchema(owner, 'output', output) }),
  };
  return {
    ...(description !== undefined && { description }),
    policy: Object.freeze({ retries: 0, ...retries, ...timeout }),
    ...(Object.keys(schema).length > 0 && { schema: Object.freeze(schema) }),
  };
}

function parsed(owner: Owner, { description, retries, timeout }: Record<string, unknown>): ParsedTaskOptions {
  return {
    ...(description !== undefined && { description: checkText(owner, 'description', description, wanted.description) }),
    ...(retries !== undefined && { retries: parseRetries(owner, retries) }),
    ...(timeout !== undefined && { timeout: parseTimeout(owner, timeout) }),
  };
}

/** A schema may be a function: those of arktype are. */
function checkSchema(owner: Owner, option: string, value: unknown): StandardSchemaV1 {
  const standard =
    ((typeof value === 'object' && value !== null) || typeof value === 'function') && '~standard' in value && value['~standard'];
  if (typeof standard === 'object' && standard !== null && 'validate' in standard && typeof standard.validate === 'function')
    return value as StandardSchemaV1;
  throw optionError(owner, option, wanted.schema, value);
}
