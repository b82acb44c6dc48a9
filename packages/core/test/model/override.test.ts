import { afterEach, describe, expect, it } from 'vitest';
import { TaskEnvironment, definitionStack, environmentDefinition, isTask, taskFacts } from '../../src/index.ts';
import type { TaskOverride } from '../../src/index.ts';
import { expectRefusal } from './refusal.ts';

const CALL = Symbol.for('ambit.call/1');
const globals = globalThis as unknown as Record<symbol, unknown>;
const env = new TaskEnvironment({ name: 'env' });
const task = env.task('add', { retries: 2 }, (a: number, b = 1): number => a + b);

afterEach(() => {
  delete globals[CALL];
});

describe('an override', () => {
  it('is the same task, and leaves the original alone', async () => {
    const other = task.override({ retries: 5 });
    expect(other).not.toBe(task);
    expect([other.id, other.name, other.length, await other(1, 2), await other.local(1)]).toEqual(['env.add', 'add', 1, 3, 2]);
    expect(isTask(other)).toBe(true);
    expect(taskFacts(other)?.definition).toBe(taskFacts(task)?.definition);
    expect(taskFacts(task)).not.toHaveProperty('options');
    expect(environmentDefinition(env)?.tasks.size).toBe(1);
  });

  it.each<[TaskOverride, object]>([
    [{}, {}],
    [{ retries: undefined, timeout: undefined }, {}],
    [
      { retries: 0, label: 'first' },
      { retries: { retries: 0 }, label: 'first' },
    ],
    [
      { retries: null, timeout: null, resources: null, description: null },
      { retries: { retries: 0 }, timeout: {}, resources: {}, description: '' },
    ],
    [
      { timeout: '1m', description: 'Adds' },
      { timeout: { timeoutMs: 60_000 }, description: 'Adds' },
    ],
    [{ resources: { memory: '1Gi', gpu: 'A100:2' } }, { resources: { memory: [2 ** 30, 2 ** 30], gpu: { models: ['A100'], count: 2 } } }],
    [{ resources: {} }, { resources: {} }],
  ])('says what it was given, parsed: %j', (override, options) => {
    expect(taskFacts(task.override(override))?.options).toEqual(options);
  });

  it('can be overridden again: what is said later wins, the rest stays', () => {
    const twice = task.override({ retries: 5, label: 'a', timeout: 10 }).override({ retries: null, label: 'b', timeout: undefined });
    expect(taskFacts(twice)?.options).toEqual({ retries: { retries: 0 }, label: 'b', timeout: { timeoutMs: 10 } });
  });

  it('goes along with every call, those of map too', async () => {
    const calls: unknown[] = [];
    globals[CALL] = async (called: { id: string }, args: unknown[], options: unknown) => calls.push([called.id, args, options]);
    const other = task.override({ retries: 1 });
    await other(1);
    await other.map([2]);
    await task(3);
    const options = { retries: { retries: 1 } };
    expect(calls).toEqual([
      ['env.add', [1], options],
      ['env.add', [2], options],
      ['env.add', [3], undefined],
    ]);
  });

  it('is found where its task was defined', () => {
    expect(definitionStack(task)).toContain('override.test.ts');
    expect(definitionStack(task.override({}))).toBe(definitionStack(task));
  });

  it.each(['name', 'image', 'secrets', 'env', 'input'])('cannot say what belongs to the definition: %s', (option) => {
    expectRefusal(() => task.override({ [option]: 'x' }), {
      code: 'AMBIT_DEFINE_OVERRIDE',
      facts: { task: 'env.add', option },
      says: ['Task env.add', option, 'cannot be overridden'],
      hint: 'cloneWith',
    });
  });

  it('is checked', () => {
    expectRefusal(() => task.override({ retry: 3 } as TaskOverride), {
      code: 'AMBIT_DEFINE_UNKNOWN_OPTION',
      facts: { task: 'env.add', option: 'retry' },
      says: ["Did you mean 'retries'?"],
    });
    for (const wrong of [{ retries: -1 }, { timeout: 'soon' }, { resources: { cpu: 0 } }, { label: '' }, { label: null }, 5, null, []])
      expectRefusal(() => task.override(wrong as TaskOverride), { code: 'AMBIT_DEFINE_OPTION', facts: { task: 'env.add' } });
  });
});
