import { describe, expect, test } from 'vitest';
import type { ImageBase, ImageDescription, LayerDescription } from '../../../src/index.ts';
import { cluster, debian, docker, environment, identityOf, imageOf, npm, onlyDiagnostic, planOf } from '../scene.ts';
import type { World } from '../scene.ts';

const pip = (parts: object): LayerDescription => ({ kind: 'pip', specs: ['a'], secrets: [], ...parts });
const files: World = {
  files: {
    '/p/req.txt': 'numpy',
    '/q/req.txt': 'numpy',
    '/p/data': 'data',
    '/q/data': 'data',
    '/p/other': 'other',
    '/p/Dockerfile': 'FROM x',
    '/p/lib': 'lib',
    '/q/lib': 'lib',
  },
};

function expectDifferent(images: readonly ImageDescription[], world: World = files): void {
  const identities = images.map((image) => identityOf(image, world));
  expect(new Set(identities).size).toBe(images.length);
}

function expectSame(images: readonly ImageDescription[], world: World = files): void {
  expect(new Set(images.map((image) => identityOf(image, world))).size).toBe(1);
}

describe('the identity of an image differs', () => {
  test('for one package from different installers', () => {
    expectDifferent([
      debian({ kind: 'apt', packages: ['git'] }),
      debian(npm('git')),
      debian(pip({ specs: ['git'] })),
      debian({ kind: 'commands', commands: ['git'] }),
    ]);
  });

  test('where the same letters are cut elsewhere', () => {
    expectDifferent([debian(npm('a', 'bc')), debian(npm('ab', 'c')), debian(npm('abc')), debian(npm('a'), npm('bc')), debian(npm('a,bc'))]);
    expectDifferent([debian({ kind: 'env', variables: { A: 'b=c' } }), debian({ kind: 'env', variables: { 'A=b': 'c' } })]);
  });

  test('by the role of an address', () => {
    expectDifferent([
      debian(pip({ specs: ['a'] })),
      debian(pip({ specs: ['a'], indexUrl: 'u' })),
      debian(pip({ specs: ['a'], extraIndexUrls: ['u'] })),
      debian(pip({ specs: ['a', 'u'] })),
      debian(pip({ specs: ['a'], secrets: ['u'] })),
    ]);
  });

  test('by order of layers and packages', () => {
    expectDifferent([debian(npm('a'), npm('b')), debian(npm('b'), npm('a')), debian(npm('a', 'b')), debian(npm('b', 'a'))]);
  });

  test('by base and its versions', () => {
    const bases: ImageBase[] = [
      { kind: 'debian' },
      { kind: 'debian', node: '20' },
      { kind: 'debian', node: '24' },
      { kind: 'debian', python: '3.11' },
      { kind: 'debian', python: '3.12' },
      { kind: 'debian', node: '20', python: '3.12' },
      { kind: 'reference', reference: 'busybox' },
      { kind: 'reference', reference: 'busybox:latest' },
    ];
    expectDifferent(bases.map((base) => ({ base, layers: [npm('a')] })));
  });

  test('by platform', () => {
    expectDifferent([
      { ...debian(), platforms: ['linux/amd64'] },
      { ...debian(), platforms: ['linux/arm64'] },
    ]);
  });

  test('by the content of files, not by what was read when the image was described', () => {
    const image = debian({ kind: 'requirements', file: '/p/req.txt', secrets: [] });
    expect(identityOf(image, { files: { '/p/req.txt': 'numpy' } })).not.toBe(identityOf(image, { files: { '/p/req.txt': 'numpy<3' } }));
    const dockerfile: ImageDescription = { base: { kind: 'dockerfile', file: '/p/Dockerfile', context: '/p', args: {} }, layers: [] };
    expect(identityOf(dockerfile, { files: { '/p/Dockerfile': 'a' } })).not.toBe(
      identityOf(dockerfile, { files: { '/p/Dockerfile': 'b' } }),
    );
  });

  test('by each field of a Dockerfile', () => {
    const base = { kind: 'dockerfile', file: '/p/Dockerfile', context: '/p', args: {} } as const;
    expectDifferent([base, { ...base, target: 'run' }, { ...base, args: { A: '1' } }].map((each) => ({ base: each, layers: [] })));
  });

  test('by where files go', () => {
    expectDifferent(['.', '/app'].map((to) => debian({ kind: 'source', from: '/p/data', to })));
  });

  test('with and without a lock file', () => {
    const image = debian({ kind: 'npm-project', directory: '/p' });
    const digest = 'sha256:00' as const;
    expect(identityOf(image, { files: { '/p': { digest, lock: true } } })).not.toBe(
      identityOf(image, { files: { '/p': { digest, lock: false } } }),
    );
  });

  test('for lone surrogates', () => {
    expectDifferent(['\ud800', '\ud801', '\ufffd'].map((text) => debian({ kind: 'env', variables: { A: text } })));
  });
});

describe('the identity of an image is the same', () => {
  test('whatever the order of variables', () => {
    expectSame(
      [
        { A: '1', B: '2' },
        { B: '2', A: '1' },
      ].map((variables) => debian({ kind: 'env', variables })),
    );
  });

  test('wherever the files lie', () => {
    expectSame(['/p/req.txt', '/q/req.txt'].map((file) => debian({ kind: 'requirements', file, secrets: [] })));
    expectSame(['/p/data', '/q/data'].map((from) => debian({ kind: 'source', from, to: '/app' })));
    expectSame(['/p/lib', '/q/lib'].map((path) => debian(npm(`lib@file:${path}`))));
  });

  test('wherever the calls stand', () => {
    expectSame([debian({ ...npm('a'), at: 'a.ts:1' }), debian({ ...npm('a'), at: 'b.ts:2' }), debian(npm('a'))]);
  });

  test('whoever builds it', () => {
    const image = debian(npm('a'));
    expect(planOf([environment('e', { image })]).images[0]!.identity).toBe(identityOf(image));
  });
});

describe('a package of the user’s own', () => {
  test('counts by its content', () => {
    const image = debian(npm('lib@file:/p/lib'));
    expect(identityOf(image, { files: { '/p/lib': 'one' } })).not.toBe(identityOf(image, { files: { '/p/lib': 'two' } }));
    expectDifferent([debian(npm('lib@file:/p/lib')), debian(npm('bil@file:/p/lib')), debian(npm('/p/lib')), debian(npm('lib@1.0.0'))]);
  });
});

describe('the plan of an image', () => {
  test('names the base as an engine takes it, and on a machine only what was asked for', () => {
    const base = (image: ImageBase, world: World): string =>
      imageOf(planOf([environment('e', { image: { base: image, layers: [] } })], world), 'e').base;
    const engine: World = { builders: { docker }, executors: { cluster } };
    expect(base({ kind: 'debian' }, engine)).toBe('node:22-bookworm-slim');
    expect(base({ kind: 'debian', node: '20.19' }, engine)).toBe('node:20-bookworm-slim');
    expect(base({ kind: 'debian', node: '20', python: '3.12.1' }, engine)).toBe('python:3.12-slim-bookworm');
    expect(base({ kind: 'debian' }, {})).toBe('debian:bookworm-slim');
    expect(base({ kind: 'debian', node: '20' }, {})).toBe('node:20-bookworm-slim');
  });

  test('has layers by content, with a summary and no path of this machine', () => {
    const image: ImageDescription = {
      base: { kind: 'dockerfile', file: '/p/Dockerfile', context: '/p', target: 'run', args: { A: '1' } },
      layers: [
        { kind: 'apt', packages: ['git', 'curl'], at: 'main.ts:4' },
        { kind: 'npm-project', directory: '/p/data' },
        { kind: 'uv-project', directory: '/p/other', groups: ['gpu'] },
        { kind: 'requirements', file: '/p/req.txt', secrets: [], indexUrl: 'https://index' },
        pip({ specs: ['numpy>=2'], extraIndexUrls: ['https://more'] }),
        { kind: 'env', variables: { B: '1', A: '2' } },
        { kind: 'workdir', directory: '/app' },
        { kind: 'user', name: 'node' },
        { kind: 'commands', commands: ['make\nmake install'] },
        { kind: 'source', from: '/p/data', to: '.' },
      ],
      at: 'main.ts:3',
    };
    const plan = planOf([environment('e', { image })], { builders: { docker }, executors: { cluster }, ...files });
    expect(plan.diagnostics).toEqual([]);
    expect(JSON.stringify(plan)).not.toContain('/p/');
    const { layers, base } = plan.images[0]!;
    expect(base).toBe('scratch');
    expect(layers[0]).toMatchObject({ kind: 'dockerfile', target: 'run', args: { A: '1' }, at: 'main.ts:3' });
    expect(layers[1]).toEqual({ kind: 'apt', packages: ['git', 'curl'], summary: 'git, curl', at: 'main.ts:4' });
    expect(layers.map(({ summary }) => summary)).toEqual([
      'Dockerfile, stage run',
      'git, curl',
      'package.json without a lock file',
      'pyproject.toml, gpu',
      'req.txt',
      'numpy>=2',
      'A, B',
      '/app',
      'node',
      'make; make install',
      'files to the workdir',
    ]);
  });
});

describe('a file that cannot be read', () => {
  const image = debian({ kind: 'requirements', file: '/p/req.txt', secrets: [], at: 'main.ts:5' });
  const engine: World = { builders: { docker }, executors: { cluster } };

  test('is an error at the call, once for all who use the image', () => {
    const plan = planOf([environment('a', { image, at: 'main.ts:9' }), environment('b', { image }), environment('c')], engine);
    expect(onlyDiagnostic(plan)).toEqual({
      code: 'AMBIT_PLAN_FILE_MISSING',
      severity: 'error',
      message: 'The image of a is made from /p/req.txt, which cannot be read: There is no /p/req.txt.',
      hint: 'Correct the path, or make the file.',
      at: 'main.ts:5',
      environment: 'a',
    });
    expect(plan.environments.map((each) => each.image !== undefined)).toEqual([false, false, true]);
    expect(plan.images).toHaveLength(1);
  });

  test('may be a Dockerfile, or a package', () => {
    const dockerfile: ImageDescription = {
      base: { kind: 'dockerfile', file: '/x/Dockerfile', context: '/x', args: {} },
      layers: [],
      at: 'main.ts:2',
    };
    expect(onlyDiagnostic(planOf([environment('a', { image: dockerfile })], engine))).toMatchObject({
      code: 'AMBIT_PLAN_FILE_MISSING',
      at: 'main.ts:2',
    });
    const lib = debian({ ...npm('lib@file:/x/lib'), at: 'main.ts:3' });
    expect(onlyDiagnostic(planOf([environment('a', { image: lib })]))).toMatchObject({ code: 'AMBIT_PLAN_FILE_MISSING', at: 'main.ts:3' });
  });

  test('is an error of its own where nobody knows the folder that it starts from', () => {
    const relative = debian({ kind: 'source', from: 'data', to: '.' });
    const found = onlyDiagnostic(planOf([environment('a', { image: relative, at: 'main.ts:9' })], engine));
    expect(found).toMatchObject({ code: 'AMBIT_PLAN_RELATIVE_PATH', at: 'main.ts:9', hint: `Write new URL('data', import.meta.url).` });
  });
});
