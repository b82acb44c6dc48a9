import { describe, expect, test } from 'vitest';
import type { ImageDescription } from '../../../src/index.ts';
import { cluster, codes, debian, docker, environment, host, imageOf, local, npm, onlyDiagnostic, planOf, planned } from '../scene.ts';
import type { World } from '../scene.ts';

const engine: World = { builders: { docker }, executors: { cluster } };

describe('the images of a plan', () => {
  test('are one where their descriptions are equal, however they were made', () => {
    const plan = planOf([
      environment('a', { image: debian(npm('x')) }),
      environment('b', { image: debian(npm('x')) }),
      environment('c'),
      environment('d', { image: debian() }),
    ]);
    expect(plan.images.map(({ environments }) => environments)).toEqual(
      [
        ['a', 'b'],
        ['c', 'd'],
      ].reverse(),
    );
    expect(imageOf(plan, 'a').parent).toBe(imageOf(plan, 'c').identity);
  });

  test('stand parents first, else in the order of first use', () => {
    const plan = planOf([
      environment('abc', { image: debian(npm('a'), npm('b'), npm('c')) }),
      environment('z', { image: debian(npm('z')) }),
      environment('a', { image: debian(npm('a')) }),
      environment('ab', { image: debian(npm('a'), npm('b')) }),
    ]);
    expect(plan.images.map(({ environments, parentLayers }) => [environments[0], parentLayers])).toEqual([
      ['a', 0],
      ['ab', 1],
      ['abc', 2],
      ['z', 0],
    ]);
    expect(imageOf(plan, 'abc').parent).toBe(imageOf(plan, 'ab').identity);
    expect(imageOf(plan, 'ab').parent).toBe(imageOf(plan, 'a').identity);
  });

  test('are built on the longest beginning that the plan has', () => {
    const plan = planOf([
      environment('bare'),
      environment('abc', { image: debian(npm('a'), npm('b'), npm('c')) }),
      environment('a', { image: debian(npm('a')) }),
    ]);
    expect(imageOf(plan, 'abc')).toMatchObject({ parent: imageOf(plan, 'a').identity, parentLayers: 1 });
  });

  test('are not built on another base, platform, cut of packages, or builder', () => {
    const on = (image: ImageDescription, builder?: string) => environment('child', { image, ...(builder && { builder }) });
    const parent = environment('parent', { image: debian(npm('a')), builder: 'docker' });
    const world: World = { builders: { docker, other: docker }, executors: { cluster } };
    const parentOf = (child: ReturnType<typeof on>) => imageOf(planOf([parent, child], world), 'child').parent;
    expect(parentOf(on(debian(npm('a'), npm('b'))))).toBeDefined();
    expect(parentOf(on({ base: { kind: 'debian', node: '20' }, layers: [npm('a'), npm('b')] }))).toBeUndefined();
    expect(parentOf(on({ ...debian(npm('a'), npm('b')), platforms: ['linux/arm64'] }))).toBeUndefined();
    expect(parentOf(on(debian(npm('a', 'b'))))).toBeUndefined();
    expect(parentOf(on(debian(npm('a'), npm('b')), 'other'))).toBeUndefined();
  });

  test('have the place that says what they start from: of the first of equal ones, else of the environment', () => {
    const from = (at: string): ImageDescription => ({ ...debian(npm('x')), at });
    const plan = planOf([
      environment('a', { image: from('base.ts:1'), at: 'main.ts:1' }),
      environment('b', { image: from('base.ts:2'), at: 'main.ts:2' }),
      environment('c', { at: 'main.ts:3' }),
      environment('d', { image: debian(npm('d')) }),
    ]);
    expect(['a', 'b', 'c', 'd'].map((name) => imageOf(plan, name).at)).toEqual(['base.ts:1', 'base.ts:1', 'main.ts:3', undefined]);
  });

  test('are two entries where two builders build one', () => {
    const image = debian(npm('a'));
    const both = { ...local, accepts: [...local.accepts, ...cluster.accepts] };
    const plan = planOf([environment('a', { image, builder: 'host' }), environment('b', { image, builder: 'docker' })], {
      builders: { host, docker },
      executors: { both },
    });
    expect(plan.images.map(({ builder, environments }) => [builder, environments])).toEqual([
      ['host', ['a']],
      ['docker', ['b']],
    ]);
    expect(planned(plan, 'a').image).toBe(planned(plan, 'b').image);
  });
});

describe('an image that is used as it is', () => {
  test.each<[string, string | ImageDescription]>([
    ['a plain reference', 'busybox:latest'],
    ['a base without layers', { base: { kind: 'reference', reference: 'busybox:latest' }, layers: [] }],
    ['a named image without layers', { base: { kind: 'named', name: 'tools' }, layers: [] }],
  ])('is never built: %s', (_, image) => {
    const plan = planOf([environment('a', { image })], { ...engine, settings: { images: { tools: 'busybox:latest' } } });
    expect(plan.images).toEqual([]);
    expect(plan.diagnostics).toEqual([]);
    expect(planned(plan, 'a')).toMatchObject({ reference: 'busybox:latest', executor: 'cluster' });
    expect(planned(plan, 'a')).not.toHaveProperty('builder');
    expect(planned(plan, 'a')).not.toHaveProperty('image');
  });

  test('needs an executor of containers', () => {
    const found = onlyDiagnostic(planOf([environment('a', { image: 'busybox', at: 'main.ts:3' })]));
    expect(found).toMatchObject({ code: 'AMBIT_PLAN_NO_EXECUTOR', severity: 'error', at: 'main.ts:3', environment: 'a' });
    expect(found.message).toBe('a runs in the image busybox as it is, and executor local does not run containers.');
  });
});

describe('a named image', () => {
  const image: ImageDescription = { base: { kind: 'named', name: 'tols' }, layers: [npm('a')], at: 'main.ts:2' };

  test('is built on what the configuration names', () => {
    const plan = planOf([environment('a', { image })], { ...engine, settings: { images: { tols: 'busybox:latest' } } });
    expect(plan.images[0]!.base).toBe('busybox:latest');
    const same = planOf(
      [environment('a', { image: { base: { kind: 'reference', reference: 'busybox:latest' }, layers: [npm('a')] } })],
      engine,
    );
    expect(same.images[0]!.identity).toBe(plan.images[0]!.identity);
  });

  test('that nobody knows is an error that lists the known ones', () => {
    const plan = planOf([environment('a', { image })], { ...engine, settings: { images: { tools: 'busybox', base: 'debian' } } });
    expect(onlyDiagnostic(plan)).toEqual({
      code: 'AMBIT_PLAN_UNKNOWN_IMAGE',
      severity: 'error',
      message: `The image of a starts from the named image tols, which nobody knows. The configuration knows tools, base. Did you mean 'tools'?`,
      hint: `Correct the name, or add it to the configuration: images: { 'tols': 'REFERENCE' }.`,
      at: 'main.ts:2',
      environment: 'a',
    });
    expect(planned(plan, 'a')).not.toHaveProperty('image');
    expect(onlyDiagnostic(planOf([environment('a', { image })], engine)).message).toContain('names no images');
  });
});

describe('a package that two layers install', () => {
  test('is a warning at the later call', () => {
    const image = debian({ ...npm('nanoid@5.1.6', 'a'), at: 'main.ts:3' }, { ...npm('nanoid@2.1.11'), at: 'main.ts:4' });
    expect(onlyDiagnostic(planOf([environment('a', { image })]))).toEqual({
      code: 'AMBIT_PLAN_PACKAGE_OVERRIDDEN',
      severity: 'warning',
      message:
        'The image of a installs the npm package nanoid twice: nanoid@5.1.6 (main.ts:3), then nanoid@2.1.11 (main.ts:4). The later wins.',
      hint: 'Leave out nanoid@5.1.6, if nanoid@2.1.11 is what is wanted.',
      at: 'main.ts:4',
      environment: 'a',
    });
  });

  test('is said once where images share the layers', () => {
    const layers = [
      { ...npm('a@1'), at: 'm.ts:1' },
      { ...npm('a@2'), at: 'm.ts:2' },
    ];
    const plan = planOf([environment('a', { image: debian(...layers) }), environment('b', { image: debian(...layers, npm('c')) })]);
    expect(codes(plan)).toEqual(['AMBIT_PLAN_PACKAGE_OVERRIDDEN']);
  });

  test.each([
    [npm('@x/a@1'), npm('@x/a@2'), true],
    [npm('a@npm:b@1'), npm('a@1'), true],
    [npm('a@npm:b@1'), npm('b@1'), false],
    [npm('a@1'), npm('a@1'), false],
    [npm('a'), npm('@x/a'), false],
    [npm('a@1', 'a@2'), npm('b'), true],
  ])('is known by its name: %j, %j', (first, second, isSaid) => {
    expect(codes(planOf([environment('a', { image: debian(first, second) })]))).toEqual(isSaid ? ['AMBIT_PLAN_PACKAGE_OVERRIDDEN'] : []);
  });

  test.each([
    [['Foo.Bar==1'], ['foo-bar>=2'], true],
    [['torch[cuda]==2'], ['torch ; python_version < "3.9"'], true],
    [['a==1'], ['b==1'], false],
    [['./a'], ['./a ==1'], false],
    [['a @ https://host/a.whl'], ['a'], true],
  ])('counts for pip too: %j, %j', (first, second, isSaid) => {
    const [one, two] = [first, second].map((specs) => ({ kind: 'pip' as const, specs, secrets: [] }));
    expect(codes(planOf([environment('a', { image: debian(one!, two!) })], engine))).toEqual(
      isSaid ? ['AMBIT_PLAN_PACKAGE_OVERRIDDEN'] : [],
    );
  });

  test('is two where npm and pip have one each', () => {
    const image = debian(npm('yaml@1'), { kind: 'pip', specs: ['yaml==2'], secrets: [] });
    expect(codes(planOf([environment('a', { image })], engine))).toEqual([]);
  });
});
