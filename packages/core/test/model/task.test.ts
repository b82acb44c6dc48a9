import { AmbitError } from '@ambit/plugin-api';
import { afterEach, describe, expect, it } from 'vitest';
import { TaskEnvironment, environmentDefinition, isTask, taskFacts } from '../../src/index.ts';

const CALL = Symbol.for('ambit.call/1');
const globals = globalThis as unknown as Record<symbol, unknown>;
const env = new TaskEnvironment({ name: 'env' });
const add = (a: number, b = 1): number => a + b;
const task = env.task('add', add);

afterEach(() => {
  delete globals[CALL];
});

describe('a task', () => {
  it('is its function outside a run', async () => {
    expect(await task(1, 2)).toBe(3);
    expect(await task(1)).toBe(2);
    expect(await task.local(1)).toBe(2);
  });

  it('always answers with a promise', async () => {
    const fails = env.task('fails', () => {
      throw new RangeError('no');
    });
    await expect(fails()).rejects.toThrow(RangeError);
    await expect(fails.local()).rejects.toThrow(RangeError);
  });

  it('does what a runtime says where there is one, but for local', async () => {
    const calls: unknown[] = [];
    globals[CALL] = async (called: { id: string; fn: unknown }, args: unknown[]) => {
      calls.push([called.id, called.fn, args]);
      return 'elsewhere';
    };
    expect(await task(1, 2)).toBe('elsewhere');
    expect(calls).toEqual([['env.add', add, [1, 2]]]);
    expect(await task.local(1, 2)).toBe(3);
    expect(calls).toHaveLength(1);
  });

  it('looks like its function', () => {
    expect([task.id, task.name, task.length]).toEqual(['env.add', 'add', 1]);
    expect(Object.keys(task)).toEqual(['id']);
    expect(() => Object.assign(task, { id: 'x' })).toThrow(TypeError);
  });

  it('is known by its facts', () => {
    const facts = taskFacts(task);
    const environment = environmentDefinition(env);
    expect(facts).toEqual({ id: 'env.add', name: 'add', environment, definition: environment?.tasks.get('add'), fn: add });
    expect(facts?.environment).toBe(environment);
    expect(isTask(task)).toBe(true);
    for (const other of [add, env, { id: 'env.add' }, null, undefined]) expect(isTask(other)).toBe(false);
  });

  it('passes errors on as they are', async () => {
    const error = new AmbitError('AMBIT_FILE_URI', 'm', { hint: 'h' });
    await expect(env.task('throws', async () => Promise.reject(error))()).rejects.toBe(error);
  });
});
