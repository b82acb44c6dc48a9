import { describe, expect, it } from 'vitest';
import { Image, TaskEnvironment, environmentDefinition, imageDescription, isEnvironment, isTask } from '../../src/index.ts';
import type { AnyEnvironment } from '../../src/index.ts';
import { marked } from './marked.ts';
import { expectRefusal } from './refusal.ts';

const wrong = (options: object): (() => unknown) => {
  return () => new TaskEnvironment({ name: 'fold_env', ...options });
};
const defined = (value: unknown): NonNullable<ReturnType<typeof environmentDefinition>> => environmentDefinition(value)!;
const names = (environment: AnyEnvironment): string[] => environment.dependsOn.map(({ name }) => name);

describe('the name of an environment', () => {
  it.each(['a', '1a', 'a-b', 'a_b-c', 'valid123_name', 'a'.repeat(63)])('can be %s', (name) => {
    expect(new TaskEnvironment({ name }).name).toBe(name);
  });

  it.each(['A', 'a__b', 'a-', '-a', 'a.b', 'a b', '', 'invalid-name!', 'a\n', 'a'.repeat(64), undefined, 5])('cannot be %j', (name) => {
    expectRefusal(wrong({ name }), { code: 'AMBIT_DEFINE_NAME', facts: { option: 'name' }, says: ['expected'], hint: `name: 'fold_env'` });
  });

  it('cannot be changed', () => {
    const env = new TaskEnvironment({ name: 'a' });
    expect(() => Object.assign(env, { name: 'b' })).toThrow(TypeError);
    expect(env.name).toBe('a');
  });
});

describe('an environment', () => {
  it('is defined by what its options say', () => {
    const image = Image.fromDebianBase().withNpmPackages('a@1');
    const other = new TaskEnvironment({ name: 'other' });
    const env = new TaskEnvironment({
      name: 'fold_env',
      description: 'Folds',
      image,
      resources: { cpu: [1, 4], memory: '4Gi', gpu: 'A100:2' },
      env: { LOG_LEVEL: 'debug' },
      dependsOn: [other],
      builder: 'host',
      executor: ['lab', 'local'],
    });
    expect(defined(env)).toEqual({
      name: 'fold_env',
      description: 'Folds',
      image: imageDescription(image),
      resources: { cpu: [1, 4], memory: [2 ** 32, 2 ** 32], gpu: { models: ['A100'], count: 2 } },
      env: { LOG_LEVEL: 'debug' },
      dependsOn: [{ environment: defined(other) }],
      builder: 'host',
      executors: ['lab', 'local'],
      tasks: new Map(),
    });
  });

  it('is defined by its name alone', () => {
    expect(defined(new TaskEnvironment({ name: 'a' }))).toEqual({ name: 'a', resources: {}, env: {}, dependsOn: [], tasks: new Map() });
  });

  it('takes a plain reference as its image, and one executor as a list of one', () => {
    const env = new TaskEnvironment({ name: 'a', image: 'localhost:5000/team/busybox:1.36', executor: 'local' });
    expect(defined(env)).toMatchObject({ image: 'localhost:5000/team/busybox:1.36', executors: ['local'] });
  });

  it('does not change with the objects it was made from', () => {
    const env = { A: '1' };
    const executor = ['lab'];
    const resources = { cpu: 1 };
    const dependsOn: AnyEnvironment[] = [];
    const made = new TaskEnvironment({ name: 'a', env, executor, resources, dependsOn });
    env.A = '2';
    executor.push('cluster');
    resources.cpu = 2;
    dependsOn.push(made);
    expect(defined(made)).toMatchObject({ env: { A: '1' }, executors: ['lab'], resources: { cpu: [1, 1] }, dependsOn: [] });
  });

  it('knows the place where it was defined', () => {
    expect(defined(marked('main.ts:7', () => new TaskEnvironment({ name: 'a' }))).at).toBe('main.ts:7');
  });

  it('is recognised as a subclass, and nothing else is', () => {
    class OwnEnvironment extends TaskEnvironment {
      readonly team = 'own';
    }
    expect(isEnvironment(new OwnEnvironment({ name: 'a' }))).toBe(true);
    for (const other of [{ name: 'a', dependsOn: [] }, 'a', null, undefined, () => 1]) expect(isEnvironment(other)).toBe(false);
  });

  it('is read live and cannot be altered by readers', () => {
    const env = new TaskEnvironment({ name: 'a' });
    const definition = defined(env);
    const other = new TaskEnvironment({ name: 'b' });
    env.task('t', () => 1);
    env.addDependency(other);
    expect([...definition.tasks.keys()]).toEqual(['t']);
    expect(definition.dependsOn.map(({ environment }) => environment)).toEqual([defined(other)]);
    expect(definition.dependsOn).toBe(definition.dependsOn);
    expect(() => (env.dependsOn as AnyEnvironment[]).push(other)).toThrow(TypeError);
    expect(() => Object.assign(definition, { name: 'x' })).toThrow(TypeError);
  });
});

describe('an option of an environment', () => {
  it.each<[string, object]>([
    ['image', { image: 123 }],
    ['image', { image: 'not a reference' }],
    ['image', { image: 'Busybox' }],
    ['dependsOn', { dependsOn: 123 }],
    ['dependsOn[0]', { dependsOn: [123] }],
    ['dependsOn[1]', { dependsOn: [new TaskEnvironment({ name: 'ok' }), { name: 'b', dependsOn: [] }] }],
    ['resources', { resources: 123 }],
    ['env', { env: 123 }],
    ['env', { env: ['A=1'] }],
    ['env.A', { env: { A: 1 } }],
    ['a name in env', { env: { '1A': 'x' } }],
    ['builder', { builder: 123 }],
    ['executor', { executor: 123 }],
    ['executor', { executor: [] }],
    ['executor[1]', { executor: ['lab', ''] }],
    ['description', { description: 123 }],
  ])('that is wrong is named, with what was expected and what came: %s', (option, options) => {
    expectRefusal(wrong(options), {
      code: 'AMBIT_DEFINE_OPTION',
      facts: { environment: 'fold_env', option, expected: expect.any(String) as string, got: expect.any(String) as string },
      says: ['Environment fold_env', option, 'expected'],
      hint: 'Write it like this',
    });
  });

  it('says what came, and where', () => {
    const define = wrong({ dependsOn: [new TaskEnvironment({ name: 'ok' }), Promise.resolve()] });
    expectRefusal(() => marked('main.ts:3', define), {
      code: 'AMBIT_DEFINE_OPTION',
      facts: { got: 'an instance of Promise', at: 'main.ts:3' },
      says: ['dependsOn[1] is an instance of Promise'],
    });
    const holes = new Array<AnyEnvironment>(1);
    expectRefusal(wrong({ dependsOn: holes }), { code: 'AMBIT_DEFINE_OPTION', facts: { option: 'dependsOn[0]', got: 'undefined' } });
  });

  it.each(['volumes', 'warm', 'include', 'images'])('that is not there is refused: %s', (option) => {
    expectRefusal(wrong({ [option]: [] }), {
      code: 'AMBIT_DEFINE_UNKNOWN_OPTION',
      facts: { environment: 'fold_env', option },
      says: ['Environment fold_env', option],
      hint: 'executor',
    });
  });

  it('that is misspelt comes with a suggestion', () => {
    expectRefusal(wrong({ dependsON: [] }), { code: 'AMBIT_DEFINE_UNKNOWN_OPTION', says: [`Did you mean 'dependsOn'?`] });
  });

  it('needs an object around it', () => {
    for (const options of ['fold_env', null, []])
      expectRefusal(() => new TaskEnvironment(options as never), {
        code: 'AMBIT_DEFINE_OPTION',
        says: ['TaskEnvironment', 'expected an object'],
      });
    expectRefusal(() => new TaskEnvironment(undefined as never), { code: 'AMBIT_DEFINE_NAME' });
  });
});

describe('a dependency', () => {
  const a = new TaskEnvironment({ name: 'a' });
  const b = new TaskEnvironment({ name: 'b' });

  it('is added with the place of its edge', () => {
    const env = marked('main.ts:1', () => new TaskEnvironment({ name: 'env', dependsOn: [a] }));
    expect(marked('main.ts:9', () => env.addDependency(b))).toBe(env);
    expect(names(env)).toEqual(['a', 'b']);
    expect(defined(env).dependsOn.map(({ at }) => at)).toEqual(['main.ts:1', 'main.ts:9']);
  });

  it('counts once', () => {
    const env = marked('main.ts:1', () => new TaskEnvironment({ name: 'env', dependsOn: [a, a] }));
    marked('main.ts:9', () => env.addDependency(a));
    expect(defined(env).dependsOn).toEqual([{ environment: defined(a), at: 'main.ts:1' }]);
  });

  it('may be none', () => {
    expect(names(new TaskEnvironment({ name: 'env', dependsOn: [] }).addDependency())).toEqual([]);
  });

  it('cannot be the environment itself', () => {
    const env = new TaskEnvironment({ name: 'env' });
    expectRefusal(() => marked('main.ts:2', () => env.addDependency(a, env)), {
      code: 'AMBIT_DEFINE_SELF_DEPENDENCY',
      facts: { environment: 'env', at: 'main.ts:2' },
      says: ['env', 'itself'],
    });
    expect(names(env)).toEqual([]);
  });

  it.each([123, 'a', undefined, [a]])('cannot be %j, and then none is added', (value) => {
    const env = new TaskEnvironment({ name: 'env' });
    expectRefusal(() => env.addDependency(a, value as never), {
      code: 'AMBIT_DEFINE_OPTION',
      facts: { environment: 'env', option: 'addDependency[1]' },
      says: ['expected an environment'],
    });
    expect(names(env)).toEqual([]);
  });

  it('may close a circle: the planner reports it', () => {
    const one = new TaskEnvironment({ name: 'one' });
    const two = new TaskEnvironment({ name: 'two', dependsOn: [one] });
    one.addDependency(two);
    expect(defined(one).dependsOn[0]?.environment.dependsOn[0]?.environment).toBe(defined(one));
  });
});

describe('a clone', () => {
  const a = new TaskEnvironment({ name: 'a' });
  const image = Image.fromDebianBase();
  const original = new TaskEnvironment({
    name: 'original',
    description: 'First',
    image,
    resources: { cpu: 2, gpu: { model: ['A100', 'H100'], memory: '40Gi' } },
    env: { A: '1' },
    dependsOn: [a],
    builder: 'host',
    executor: 'lab',
  });
  original.task('t', () => 1);

  it('inherits everything but name, tasks and place', () => {
    const clone = marked('main.ts:5', () => original.cloneWith({ name: 'clone' }));
    expect(defined(clone)).toEqual({
      ...defined(original),
      name: 'clone',
      tasks: new Map(),
      dependsOn: [{ environment: defined(a), at: 'main.ts:5' }],
      at: 'main.ts:5',
    });
  });

  it('takes what is given instead of what is inherited', () => {
    const b = new TaskEnvironment({ name: 'b' });
    const clone = original.cloneWith({
      name: 'clone',
      env: { B: '2' },
      resources: { cpu: 1 },
      dependsOn: [b],
      executor: 'cluster',
      image: 'busybox',
    });
    expect(defined(clone)).toMatchObject({
      env: { B: '2' },
      resources: { cpu: [1, 1] },
      executors: ['cluster'],
      builder: 'host',
      image: 'busybox',
    });
    expect(defined(clone).env).not.toHaveProperty('A');
    expect(names(clone)).toEqual(['b']);
  });

  it('grows without its original, and the other way round', () => {
    const b = new TaskEnvironment({ name: 'b' });
    const clone = original.cloneWith({ name: 'clone' });
    clone.addDependency(b, original);
    expect(names(original)).toEqual(['a']);
    const late = original.cloneWith({ name: 'late' });
    expect(names(late)).toEqual(['a']);
    expect(clone.task('t', () => 1).id).toBe('clone.t');
  });

  it('is checked like any environment', () => {
    expectRefusal(() => original.cloneWith({ name: 'No' }), { code: 'AMBIT_DEFINE_NAME' });
    expectRefusal(() => original.cloneWith({ name: 'x', warm: true } as never), { code: 'AMBIT_DEFINE_UNKNOWN_OPTION' });
    expectRefusal(() => original.cloneWith(undefined as never), { code: 'AMBIT_DEFINE_NAME' });
    expectRefusal(() => original.cloneWith('x' as never), { code: 'AMBIT_DEFINE_OPTION' });
  });
});

describe('tasks of an environment', () => {
  it('are known in order, with their ids, policies and places', () => {
    const env = new TaskEnvironment({ name: 'env_with_tasks' });
    const task = marked('main.ts:3', () => env.task('sample_task', { description: 'Samples', retries: 2, timeout: '5m' }, async () => 1));
    env.task('другая', () => 2);
    expect(isTask(task)).toBe(true);
    expect([...defined(env).tasks]).toEqual([
      [
        'sample_task',
        {
          id: 'env_with_tasks.sample_task',
          name: 'sample_task',
          description: 'Samples',
          policy: { retries: 2, timeoutMs: 300_000 },
          at: 'main.ts:3',
        },
      ],
      ['другая', { id: 'env_with_tasks.другая', name: 'другая', policy: { retries: 0 } }],
    ]);
  });

  it('have names of their own: the second of one name is refused with both places', async () => {
    const env = new TaskEnvironment({ name: 'env' });
    const first = marked('main.ts:3', () => env.task('t', () => 1));
    expectRefusal(() => marked('other.ts:8', () => env.task('t', () => 2)), {
      code: 'AMBIT_DEFINE_DUPLICATE_TASK',
      facts: { environment: 'env', task: 'env.t', first: 'main.ts:3', at: 'other.ts:8' },
      says: ['env', 't', 'main.ts:3', 'other.ts:8'],
    });
    expect(await first()).toBe(1);
    expect(defined(env).tasks.size).toBe(1);
  });

  it.each(['', 'a.b', 'a b', 'a\u0007', 'a\nb', 'e\u0301', '\ud800', 'x'.repeat(64), undefined, 5])('cannot be called %j', (name) => {
    const env = new TaskEnvironment({ name: 'env' });
    expectRefusal(() => env.task(name as string, () => 1), {
      code: 'AMBIT_DEFINE_TASK_NAME',
      facts: { environment: 'env' },
      says: ['env', 'no name of a task'],
    });
  });

  it.each<[string, object]>([
    ['retries', { retries: -1 }],
    ['retries', { retries: 1.5 }],
    ['retries', { retries: Number.POSITIVE_INFINITY }],
    ['retries', { retries: '3' }],
    ['retries', { retries: null }],
    ['timeout', { timeout: '5 minutes' }],
    ['timeout', { timeout: 0 }],
    ['timeout', { timeout: -1 }],
    ['timeout', { timeout: null }],
    ['input', { input: true }],
    ['input', { input: { '~standard': { version: 1 } } }],
    ['output', { output: () => true }],
    ['description', { description: 5 }],
  ])('refuse wrong %s: %j', (option, options) => {
    const env = new TaskEnvironment({ name: 'env' });
    expectRefusal(() => env.task('t', options, () => 1), {
      code: 'AMBIT_DEFINE_OPTION',
      facts: { environment: 'env', task: 'env.t', option },
      says: ['Task env.t', option, 'expected'],
    });
    expect(defined(env).tasks.size).toBe(0);
  });

  it.each(['cache', 'queue', 'retry', 'resources'])('refuse what is no option: %s', (option) => {
    const env = new TaskEnvironment({ name: 'env' });
    expectRefusal(() => env.task('t', { [option]: true }, () => 1), {
      code: 'AMBIT_DEFINE_UNKNOWN_OPTION',
      facts: { task: 'env.t', option },
      hint: 'retries',
    });
  });

  it('need a function, last', () => {
    const env = new TaskEnvironment({ name: 'env' });
    const fn = (): number => 1;
    for (const rest of [[], [undefined], [{ retries: 1 }], [{ retries: 1 }, 'fn'], [fn, { retries: 1 }]])
      expectRefusal(() => env.task('t', ...(rest as unknown as [typeof fn])), {
        code: 'AMBIT_DEFINE_OPTION',
        facts: { task: 'env.t', option: 'the function' },
        says: ['Task env.t', 'function'],
        hint: 'env.task(',
      });
  });
});
