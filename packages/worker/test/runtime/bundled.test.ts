import { afterEach, describe, expect, it } from 'vitest';
import { CALL, TASKS, WORKER, readGlobal, setGlobal } from '../../src/runtime/brands.ts';
import { Image, TaskEnvironment, defineConfig, defineTask, environment, initFromConfig, isMain, task } from '../../src/runtime/bundled.ts';
import * as bundled from '../../src/runtime/bundled.ts';

afterEach(() => {
  for (const key of [CALL, TASKS, WORKER]) setGlobal(key, undefined);
});

const defined = (): string[] => [...(readGlobal<Map<string, unknown>>(TASKS) ?? new Map<string, unknown>()).keys()];

describe('what bundles import', () => {
  it('is what user code may import from ambit, and what the bundler puts in its place', () => {
    expect(Object.keys(bundled).sort()).toEqual(
      [
        ...[
          'AmbitError',
          'Directory',
          'File',
          'Image',
          'NonRetryableError',
          'Secret',
          'TaskEnvironment',
          'TaskError',
          'defineConfig',
          'defineTask',
        ],
        ...['environment', 'group', 'initFromConfig', 'isMain', 'map', 'step', 'task', 'taskContext'],
      ].sort(),
    );
  });
});

describe('a task in a bundle', () => {
  it('is its function where no runtime says otherwise', async () => {
    const add = defineTask('main_env.add', (a: number, b: number) => a + b);
    expect(add.id).toBe('main_env.add');
    expect(await add(1, 2)).toBe(3);
    expect(defined()).toEqual(['main_env.add']);
  });

  it('rejects, never throws, where its function throws', async () => {
    const broken = defineTask('main_env.broken', () => {
      throw new RangeError('x');
    });
    await expect(broken()).rejects.toThrow(RangeError);
    await expect(broken.local()).rejects.toThrow(RangeError);
  });

  it('is what the runtime makes of a call, but for its local', async () => {
    const fn = (a: number): number => a;
    const own = defineTask('main_env.own', fn);
    const foreign = task('fold_env.run');
    const calls: unknown[] = [];
    setGlobal(CALL, async (...call: unknown[]) => calls.push(call));
    expect([await own(7), await foreign('s')]).toEqual([1, 2]);
    expect(calls).toEqual([
      [{ id: 'main_env.own', fn }, [7]],
      [{ id: 'fold_env.run' }, ['s']],
    ]);
    expect(await own.local(7)).toBe(7);
    expect(calls).toHaveLength(2);
  });

  it('that was cut out cannot be run where no runtime takes the call', async () => {
    const foreign = task('fold_env.run');
    await expect(foreign()).rejects.toMatchObject({
      code: 'AMBIT_TASK_NOT_HERE',
      message: expect.stringContaining('fold_env.run') as string,
    });
    setGlobal(WORKER, { environment: 'main_env', live: new Set() });
    await expect(foreign.local()).rejects.toMatchObject({ message: expect.stringContaining('cut for environment main_env') as string });
    expect(defined()).toEqual([]);
  });
});

describe('an environment in a bundle', () => {
  it.each([
    ['by its name', environment('fold_env')],
    ['by a constructor that stayed whole', new TaskEnvironment({ name: 'fold_env', image: new Image(), retries: 3 } as { name: string })],
    ['as a clone', environment('other').cloneWith({ name: 'fold_env' })],
  ])('defines tasks under its name: %s', async (_how, env) => {
    expect(env.name).toBe('fold_env');
    const run = env.task('run', { retries: 2 }, (x: number) => x * 2);
    expect([run.id, await run(4)]).toEqual(['fold_env.run', 8]);
    expect(env.task('plain', () => 1).id).toBe('fold_env.plain');
    expect(defined()).toEqual(['fold_env.run', 'fold_env.plain']);
  });

  it('takes dependencies and has none', () => {
    const env = environment('a');
    expect(env.addDependency(environment('b'))).toBe(env);
    expect(env.dependsOn).toEqual([]);
  });
});

describe('an image in a bundle', () => {
  it('takes every description and is nothing', () => {
    const methods = Object.getOwnPropertyNames(Image.prototype).filter((name) => name !== 'constructor');
    expect(methods.every((name) => name.startsWith('with'))).toBe(true);
    const whole = methods.reduce((image, name) => (image as unknown as Record<string, () => Image>)[name]!(), Image.fromDebianBase());
    expect(whole).toBeInstanceOf(Image);
    for (const made of [Image.fromBase(), Image.fromDockerfile(), Image.fromRefName()]) expect(made).toBeInstanceOf(Image);
  });
});

describe('starting runs from a bundle', () => {
  it('is refused; its module is not the main one', async () => {
    await expect(initFromConfig()).rejects.toMatchObject({ code: 'AMBIT_IN_TASK' });
    expect(isMain(import.meta)).toBe(false);
    const config = { executor: 'local' };
    expect(defineConfig(config)).toBe(config);
  });
});
