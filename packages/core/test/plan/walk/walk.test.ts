import { describe, expect, test } from 'vitest';
import { codes, environment, graphOf, names, onlyDiagnostic, planOf, planned } from '../scene.ts';

describe('the walk', () => {
  test('visits each environment once, in pre-order', () => {
    const { a, d } = graphOf({ a: ['b', 'c'], b: ['d'], c: ['d', 'e'], d: [], e: [] });
    expect(names(planOf([a!]))).toEqual(['a', 'b', 'd', 'c', 'e']);
    expect(names(planOf([d!, a!]))).toEqual(['d', 'a', 'b', 'c', 'e']);
  });

  test('takes a target that another target reaches once', () => {
    const { a, b } = graphOf({ a: ['b'], b: [] });
    const plan = planOf([a!, b!]);
    expect(names(plan)).toEqual(['a', 'b']);
    expect(plan).toMatchObject({ targets: ['a', 'b'], diagnostics: [] });
  });

  test('keeps every edge, and who made it', () => {
    const b = environment('b');
    const a = environment('a', { dependsOn: [b] });
    const root = environment('root', {
      dependsOn: [
        { environment: a, at: 'main.ts:3' },
        { environment: b, at: 'main.ts:4' },
        { environment: b, at: 'main.ts:9' },
      ],
    });
    const plan = planOf([{ environment: root, task: 'root.main' }, { environment: root, task: 'root.main' }, b]);
    expect(plan.targets).toEqual(['root.main', 'b']);
    expect(planned(plan, 'root').requiredBy).toEqual([{ target: 'root.main' }]);
    expect(planned(plan, 'a').requiredBy).toEqual([{ environment: 'root', at: 'main.ts:3' }]);
    expect(planned(plan, 'b').requiredBy).toEqual([
      { target: 'b' },
      { environment: 'root', at: 'main.ts:4' },
      { environment: 'root', at: 'main.ts:9' },
      { environment: 'a' },
    ]);
  });

  test('goes as deep as a chain is long', () => {
    let last = environment('c0');
    for (let index = 1; index < 100_000; index += 1) last = environment(`c${index}`, { dependsOn: [last] });
    const plan = planOf([last]);
    expect(plan.environments).toHaveLength(100_000);
    expect(plan.environments.at(-1)!.name).toBe('c0');
    expect(plan.images).toHaveLength(1);
    expect(plan.diagnostics).toEqual([]);
  });

  test('goes once through a ladder of diamonds', () => {
    let rungs = [environment('e')];
    for (let level = 0; level < 22; level += 1) rungs = ['l', 'r'].map((side) => environment(`${side}${level}`, { dependsOn: rungs }));
    expect(planOf([environment('top', { dependsOn: rungs })]).environments).toHaveLength(46);
  });
});

describe('a cycle', () => {
  test('is an error with the shortest path and the place of the edge that closes it', () => {
    const { a } = graphOf({ a: ['b', 'c'], b: ['d'], c: ['a'], d: ['e'], e: ['a'] });
    const plan = planOf([a!]);
    expect(names(plan)).toEqual(['a', 'b', 'd', 'e', 'c']);
    expect(onlyDiagnostic(plan)).toEqual({
      code: 'AMBIT_PLAN_CYCLE',
      severity: 'error',
      message: 'Environments depend on each other: a -> c -> a.',
      hint: 'Remove one of these dependencies. Tasks that need each other belong into one environment.',
      at: 'c.ts:1',
      environment: 'a',
    });
  });

  test('may begin behind the target, and begins with the environment that was reached first', () => {
    const { root } = graphOf({ root: ['x'], x: ['y'], y: ['z'], z: ['y', 'x'] });
    expect(onlyDiagnostic(planOf([root!]))).toMatchObject({ message: expect.stringContaining(': y -> z -> y.') as string, at: 'z.ts:1' });
  });

  test('may be one environment', () => {
    const { a } = graphOf({ a: ['b', 'a'], b: [] });
    expect(onlyDiagnostic(planOf([a!]))).toMatchObject({ message: 'An environment depends on itself: a -> a.', at: 'a.ts:2' });
  });

  test('says the place of another edge where nobody saw the one that closes it', () => {
    const list: { environment: ReturnType<typeof environment>; at?: string }[] = [];
    const a = { ...environment('a'), dependsOn: list };
    list.push({ environment: environment('b', { dependsOn: [a] }), at: 'main.ts:4' });
    expect(onlyDiagnostic(planOf([a])).at).toBe('main.ts:4');
  });

  test('of 20,000 environments is found, and its path is cut', () => {
    const ring: Record<string, string[]> = {};
    for (let index = 0; index < 20_000; index += 1) ring[`c${index}`] = [`c${(index + 1) % 20_000}`];
    const { message, at } = onlyDiagnostic(planOf([graphOf(ring)['c0']!]));
    expect(message).toMatch(/: c0 -> c1 -> .* -> \(19989 more\) -> .* -> c19999 -> c0\.$/);
    expect(at).toBe('c19999.ts:1');
  });
});

describe('two environments of one name', () => {
  const [one, two] = [environment('worker', { at: 'a.ts:3' }), environment('worker', { at: 'b.ts:7' })];

  test('are an error that names both places', () => {
    const plan = planOf([environment('root', { dependsOn: [one, two] })]);
    expect(onlyDiagnostic(plan)).toEqual({
      code: 'AMBIT_PLAN_NAME_CLASH',
      severity: 'error',
      message: 'There are 2 environments named worker: a.ts:3 and b.ts:7.',
      hint: 'Give each environment a name of its own.',
      at: 'b.ts:7',
      environment: 'worker',
    });
  });

  test('clash across targets too', () => {
    expect(codes(planOf([one, two]))).toEqual(['AMBIT_PLAN_NAME_CLASH']);
  });

  test.each([
    ['a.ts:3', 'a.ts:9', 'a.ts defines 2 environments named worker, in lines 3 and 9.'],
    ['a.ts:3', 'a.ts:3', 'a.ts defines 2 environments named worker, in line 3.'],
  ])('may stand in one file: %s, %s', (first, second, message) => {
    const both = [environment('worker', { at: first }), environment('worker', { at: second })];
    expect(onlyDiagnostic(planOf(both)).message).toBe(message);
  });

  test('whose places nobody saw are named alone', () => {
    expect(onlyDiagnostic(planOf([environment('worker'), environment('worker')])).message).toBe('There are 2 environments named worker.');
  });

  test('are a warning where the targets do not reach both', () => {
    const plan = planOf([one], { others: [one, two] });
    expect(onlyDiagnostic(plan)).toMatchObject({ code: 'AMBIT_PLAN_NAME_CLASH', severity: 'warning', at: 'b.ts:7' });
    expect(plan.digest).toBe(planOf([one]).digest);
    expect(onlyDiagnostic(planOf([environment('root')], { others: [one, two] })).severity).toBe('warning');
  });

  test('are one where they are the same', () => {
    expect(planOf([environment('root', { dependsOn: [one, one] })], { others: [one] }).diagnostics).toEqual([]);
  });
});

test('An environment may be called constructor.', () => {
  const plan = planOf([environment('constructor', { dependsOn: [environment('b')] })], { settings: { environments: {} } });
  expect(plan.diagnostics).toEqual([]);
  expect(planned(plan, 'constructor')).toMatchObject({ builder: 'host', executor: 'local' });
});
