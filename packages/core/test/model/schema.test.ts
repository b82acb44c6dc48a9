import { AmbitError } from '@ambit/plugin-api';
import type { StandardResult, StandardSchemaV1 } from '@ambit/plugin-api';
import { afterEach, describe, expect, it } from 'vitest';
import { TaskEnvironment, environmentDefinition } from '../../src/index.ts';

const CALL = Symbol.for('ambit.call/1');
const globals = globalThis as unknown as Record<symbol, unknown>;

afterEach(() => {
  delete globals[CALL];
});

function schema<I, O>(validate: (value: unknown) => StandardResult<O> | Promise<StandardResult<O>>): StandardSchemaV1<I, O> {
  return { '~standard': { version: 1, vendor: 'test', validate } };
}

/** Text that says a number becomes that number. */
const countSchema = schema<{ count?: string }, { count: number }>((value) => {
  if (typeof value !== 'object' || value === null) return { issues: [{ message: 'expected an object' }] };
  const { count = '1' } = value as { count?: string };
  return Number.isNaN(Number(count))
    ? { issues: [{ message: 'expected a number.', path: ['count'] }] }
    : { value: { count: Number(count) } };
});
const texts = schema<string[], string[]>(async (value) => {
  const wrong = (value as unknown[]).flatMap((each, index) => (typeof each === 'string' ? [] : [index]));
  if (wrong.length === 0) return { value: value as string[] };
  return { issues: wrong.map((index) => ({ message: 'no text', path: ['a b', { key: index }, 'name'] })) };
});

const env = new TaskEnvironment({ name: 'env' });
const repeat = env.task('repeat', { input: countSchema, output: texts, retries: 1 }, async ({ count }) => Array<string>(count).fill('x'));
const broken = env.task(
  'broken',
  { input: countSchema, output: texts },
  ({ count }) => Array.from({ length: count }, (_, i) => i) as never,
);

async function refusal(call: Promise<unknown>): Promise<AmbitError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AmbitError);
  return error as AmbitError;
}

describe('a task with schemas, outside a run', () => {
  it('gets what the input schema makes of its argument', async () => {
    expect(await repeat({ count: '3' })).toEqual(['x', 'x', 'x']);
    expect(await repeat.local({ count: '2' })).toEqual(['x', 'x']);
    expect(await repeat.map([{ count: '1' }, {}])).toEqual([['x'], ['x']]);
  });

  it('may be called without an input that need say nothing', async () => {
    expect(await repeat()).toEqual(['x']);
  });

  it('refuses an input, and says where it is wrong', async () => {
    expect(await refusal(repeat({ count: 'many' }))).toMatchObject({
      code: 'AMBIT_TASK_INPUT_REFUSED',
      message: 'The input of env.repeat is not what its schema asks for: input.count: expected a number.',
      facts: { task: 'env.repeat', issues: [{ path: 'input.count', message: 'expected a number.' }] },
    });
    expect((await refusal(repeat(5 as never))).message).toContain('input: expected an object.');
  });

  it('refuses an output, waiting for a schema that takes its time', async () => {
    const error = await refusal(broken({ count: '6' }));
    expect(error.code).toBe('AMBIT_TASK_OUTPUT_REFUSED');
    expect(error.message).toContain('output["a b"][0].name: no text; output["a b"][1].name: no text; ');
    expect(error.message).toMatch(/; and 2 more\.$/);
  });

  it('runs nothing that its input schema has refused', async () => {
    let ran = false;
    const task = env.task('never', { input: countSchema }, () => (ran = true));
    await refusal(task({ count: 'x' }));
    expect(ran).toBe(false);
  });

  it('takes a schema that is a function', async () => {
    const double = Object.assign(
      () => undefined,
      schema<number, number>((value) => ({ value: (value as number) * 2 })),
    );
    expect(await env.task('double', { input: double }, (x) => x)(4)).toBe(8);
  });
});

describe('a task with schemas', () => {
  it('has them in its definition', () => {
    const { tasks } = environmentDefinition(env)!;
    expect(tasks.get('repeat')).toMatchObject({ schema: { input: countSchema, output: texts }, policy: { retries: 1 } });
    expect(env.task('plain', { retries: 1 }, () => 1).id).toBe('env.plain');
    expect(tasks.get('plain')).not.toHaveProperty('schema');
  });

  it('leaves a call inside of a run as it is: the schemas are asked where the task runs', async () => {
    globals[CALL] = async (_task: unknown, args: unknown[]) => args;
    expect(await repeat({ count: 'many' })).toEqual([{ count: 'many' }]);
  });
});
