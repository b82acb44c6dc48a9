import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Image, Secret, imageDescription } from '../../src/index.ts';
import type { ImageDescription } from '../../src/index.ts';
import { marked } from './marked.ts';
import { expectRefusal } from './refusal.ts';

const base = Image.fromDebianBase();
const described = (image: Image): ImageDescription => imageDescription(image)!;
const layers = (image: Image): readonly unknown[] => described(image).layers;
const layer = (image: Image): unknown => layers(image)[0];

describe('the base of an image', () => {
  it('is Debian, with versions where they are said', () => {
    expect(described(base)).toEqual({ base: { kind: 'debian' }, layers: [] });
    expect(described(Image.fromDebianBase({ node: '22', python: '3.12', platforms: ['linux/arm64'] }))).toEqual({
      base: { kind: 'debian', node: '22', python: '3.12' },
      platforms: ['linux/arm64'],
      layers: [],
    });
  });

  it.each([
    'busybox',
    'busybox:1.36',
    'node:22-bookworm-slim',
    'ghcr.io/acme/team/image:v1.0_rc',
    'localhost:5000/a',
    `[::1]:5000/a/b:c@sha256:${'a'.repeat(64)}`,
  ])('can be the reference %s', (reference) => {
    expect(described(Image.fromBase(reference)).base).toEqual({ kind: 'reference', reference });
  });

  it.each(['', ' ', 'a b', 'Busybox', 'a\nRUN x', 'a:', 'a@sha256:1', '-a', 'a//b', '${BASE}', 5, undefined, ['a']])(
    'cannot be the reference %j',
    (reference) => {
      expectRefusal(() => Image.fromBase(reference as string), {
        code: 'AMBIT_DEFINE_OPTION',
        facts: { call: 'fromBase', option: 'reference' },
        says: ['Image.fromBase', 'reference', 'expected the reference of an image'],
      });
    },
  );

  it('can be a Dockerfile, in its own folder where no other is said', () => {
    const url = new URL('file:///data/x%20y/Dockerfile');
    expect(marked('main.ts:1', () => described(Image.fromDockerfile('./docker/Dockerfile')), '/project/sub')).toEqual({
      base: { kind: 'dockerfile', file: '/project/sub/docker/Dockerfile', context: '/project/sub/docker', args: {} },
      layers: [],
      at: 'main.ts:1',
    });
    const all = Image.fromDockerfile(url, { context: new URL('file:///data'), target: 'run', args: { A: '1' } });
    expect(described(all).base).toEqual({
      kind: 'dockerfile',
      file: '/data/x y/Dockerfile',
      context: '/data',
      target: 'run',
      args: { A: '1' },
    });
  });

  it('can be a name of the configuration', () => {
    expect(described(Image.fromRefName('torch')).base).toEqual({ kind: 'named', name: 'torch' });
  });

  it.each<[string, () => Image]>([
    ['node', () => Image.fromDebianBase({ node: 22 as never })],
    ['node', () => Image.fromDebianBase({ node: 'latest' })],
    ['python', () => Image.fromDebianBase({ python: '3' })],
    ['platforms', () => Image.fromDebianBase({ platforms: [] })],
    ['platforms[0]', () => Image.fromDebianBase({ platforms: ['linux'] })],
    ['file', () => Image.fromDockerfile(undefined as never)],
    ['file', () => Image.fromDockerfile(new URL('https://example.org/Dockerfile'))],
    ['args.A', () => Image.fromDockerfile('/Dockerfile', { args: { A: 1 as never } })],
    ['target', () => Image.fromDockerfile('/Dockerfile', { target: '' })],
    ['name', () => Image.fromRefName('')],
    ['options', () => Image.fromDebianBase('3.12' as never)],
  ])('is refused where %s is wrong', (option, define) => {
    expectRefusal(define, { code: 'AMBIT_DEFINE_OPTION', facts: { option }, says: ['Image.from', option, 'expected'] });
  });

  it('has no options that nobody knows', () => {
    expectRefusal(() => Image.fromDebianBase({ pyhton: '3.12' } as never), {
      code: 'AMBIT_DEFINE_UNKNOWN_OPTION',
      says: [`Did you mean 'python'?`],
    });
    expectRefusal(() => Image.fromBase('a', { node: '22' } as never), { code: 'AMBIT_DEFINE_UNKNOWN_OPTION', facts: { option: 'node' } });
  });
});

describe('a layer', () => {
  it.each<[string, () => Image, object]>([
    ['apt', () => base.withAptPackages('git', 'g++'), { kind: 'apt', packages: ['git', 'g++'] }],
    ['npm', () => base.withNpmPackages('nanoid@5.1.6', '@a/b@>=1 <2'), { kind: 'npm', specs: ['nanoid@5.1.6', '@a/b@>=1 <2'] }],
    [
      'npm files',
      () => base.withNpmPackages('./a', 'b@file:../b', '/c', '.'),
      { kind: 'npm', specs: ['file:/project/a', 'b@file:/b', 'file:/c', 'file:/project'] },
    ],
    ['npm project', () => base.withNpmProject('./app'), { kind: 'npm-project', directory: '/project/app' }],
    [
      'pip',
      () => base.withPipPackages('requests>=2,<3', 'torch ; python_version > "3"'),
      { kind: 'pip', specs: ['requests>=2,<3', 'torch ; python_version > "3"'], secrets: [] },
    ],
    [
      'pip with options',
      () => base.withPipPackages('a', { indexUrl: 'u', extraIndexUrls: ['v'] }),
      { kind: 'pip', specs: ['a'], indexUrl: 'u', extraIndexUrls: ['v'], secrets: [] },
    ],
    [
      'pip with secrets',
      () => base.withPipPackages('a', { secrets: ['Z', Secret.env('TOKEN', { group: 'pypi' }), 'A'] }),
      { kind: 'pip', specs: ['a'], secrets: ['A', 'Z', 'pypi/TOKEN'] },
    ],
    [
      'requirements',
      () => base.withRequirements('r.txt', { indexUrl: 'u' }),
      { kind: 'requirements', file: '/project/r.txt', indexUrl: 'u', secrets: [] },
    ],
    ['uv', () => base.withUvProject('.', { groups: ['gpu'] }), { kind: 'uv-project', directory: '/project', groups: ['gpu'] }],
    ['env', () => base.withEnv({ A: 'x y' }), { kind: 'env', variables: { A: 'x y' } }],
    ['workdir', () => base.withWorkdir('/app/./x/'), { kind: 'workdir', directory: '/app/x' }],
    ['user', () => base.withUser('1000:1000'), { kind: 'user', name: '1000:1000' }],
    ['commands', () => base.withCommands('make', 'set -e\nmake install'), { kind: 'commands', commands: ['make', 'set -e\nmake install'] }],
    ['source', () => base.withSource('./data'), { kind: 'source', from: '/project/data', to: '.' }],
    ['source into a folder', () => base.withSource(new URL('file:///data'), './in/x/'), { kind: 'source', from: '/data', to: 'in/x' }],
    ['source into an absolute folder', () => base.withSource('data', '/app/../srv'), { kind: 'source', from: '/project/data', to: '/srv' }],
  ])('of %s holds what was said, and where', (_kind, define, expected) => {
    expect(layer(marked('main.ts:4', define))).toEqual({ ...expected, at: 'main.ts:4' });
  });

  it('keeps relative paths where nobody knows the module: the planner refuses them', () => {
    expect(layer(base.withRequirements('./r.txt'))).toMatchObject({ file: './r.txt' });
  });

  it.each<[string, string, () => Image]>([
    ['withAptPackages', 'packages[0]', () => base.withAptPackages(['git', 'curl'] as never)],
    ['withNpmPackages', 'specs[0]', () => base.withNpmPackages(['a'] as never)],
    ['withPipPackages', 'specs[0]', () => base.withPipPackages(['a'] as never)],
    ['withPipPackages', 'specs[1]', () => base.withPipPackages('a', ['b'] as never, { indexUrl: 'u' })],
    ['withCommands', 'commands[0]', () => base.withCommands(['make'] as never)],
  ])('is refused an array, with the hint to spread it: %s', (call, option, define) => {
    expectRefusal(define, {
      code: 'AMBIT_DEFINE_OPTION',
      facts: { call, option, got: 'an array' },
      says: [`Image.${call}`, option, 'is an array', 'expected'],
      hint: `${call}(...`,
    });
  });

  it.each<[string, string, () => Image]>([
    ['withAptPackages', 'packages', () => base.withAptPackages()],
    ['withNpmPackages', 'specs', () => base.withNpmPackages()],
    ['withPipPackages', 'specs', () => base.withPipPackages({ indexUrl: 'u' })],
    ['withCommands', 'commands', () => base.withCommands()],
  ])('is refused an empty list: %s', (call, option, define) => {
    expectRefusal(define, { code: 'AMBIT_DEFINE_OPTION', facts: { call, option }, says: [call, 'empty'], hint: 'leave the call out' });
  });

  it.each<[string, () => Image]>([
    ['packages[0]', () => base.withAptPackages('git curl')],
    ['packages[0]', () => base.withAptPackages('--fix-broken')],
    ['packages[1]', () => base.withAptPackages('git', 5 as never)],
    ['specs[0]', () => base.withNpmPackages('a b')],
    ['specs[0]', () => base.withNpmPackages('a@1 b@2')],
    ['specs[0]', () => base.withNpmPackages('--global')],
    ['specs[0]', () => base.withNpmPackages('')],
    ['specs[0]', () => base.withNpmPackages(undefined as never)],
    ['specs[0]', () => base.withPipPackages('numpy pandas')],
    ['specs[0]', () => base.withPipPackages('-r requirements.txt')],
    ['specs[0]', () => base.withPipPackages({ indexUrl: 'u' }, 'a')],
    ['indexUrl', () => base.withPipPackages('a', { indexUrl: 5 as never })],
    ['extraIndexUrls', () => base.withPipPackages('a', { extraIndexUrls: 'u' as never })],
    ['file', () => base.withRequirements(undefined as never)],
    ['file', () => base.withRequirements('')],
    ['directory', () => base.withNpmProject(new URL('file://host/share'))],
    ['directory', () => base.withUvProject(5 as never)],
    ['groups', () => base.withUvProject('.', { groups: 'gpu' as never })],
    ['variables', () => base.withEnv(undefined as never)],
    ['variables', () => base.withEnv({})],
    ['variables.A', () => base.withEnv({ A: undefined as never })],
    ['a name in variables', () => base.withEnv({ 'A B': 'x' })],
    ['directory', () => base.withWorkdir('app')],
    ['directory', () => base.withWorkdir(undefined as never)],
    ['name', () => base.withUser('a b')],
    ['name', () => base.withUser(1000 as never)],
    ['commands[1]', () => base.withCommands('make', '  ')],
    ['from', () => base.withSource(undefined as never)],
    ['from', () => base.withSource('file:///a%')],
    ['to', () => base.withSource('a', '../b')],
    ['to', () => base.withSource('a', '')],
  ])('is refused where %s is wrong', (option, define) => {
    expectRefusal(() => marked('main.ts:4', define), {
      code: 'AMBIT_DEFINE_OPTION',
      facts: { option, at: 'main.ts:4' },
      says: ['Image.with', option, 'expected'],
    });
  });

  it.each([
    ['RUN apt-get update', 'Leave out RUN'],
    ['\n  COPY a b', 'withSource'],
    ['ADD a b', 'withSource'],
    ['ENV A=1', 'withEnv'],
    ['WORKDIR /app', 'withWorkdir'],
    ['USER node', 'withUser'],
    ['FROM node', 'fromBase'],
  ])('is refused %j, which is no command of a shell', (script, hint) => {
    expectRefusal(() => base.withCommands('make', script), {
      code: 'AMBIT_DEFINE_OPTION',
      facts: { call: 'withCommands', option: 'commands[1]' },
      says: ['commands[1]', 'instruction of a Dockerfile'],
      hint,
    });
  });

  it('has no options that nobody knows', () => {
    for (const define of [
      () => base.withPipPackages('a', { secret: ['TOKEN'] } as never),
      () => base.withRequirements('r.txt', { secret: ['TOKEN'] } as never),
    ])
      expectRefusal(define, { code: 'AMBIT_DEFINE_UNKNOWN_OPTION', facts: { option: 'secret' }, says: ['no option secret'] });
    expectRefusal(() => base.withUvProject('.', { group: 'gpu' } as never), { code: 'AMBIT_DEFINE_UNKNOWN_OPTION', says: [`'groups'`] });
  });
});

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
const words = fc.array(word, { minLength: 1, maxLength: 3 });
const step: fc.Arbitrary<(image: Image) => Image> = fc.oneof(
  words.map((names) => (image: Image) => image.withAptPackages(...names)),
  words.map((names) => (image: Image) => image.withNpmPackages(...names)),
  words.map((names) => (image: Image) => image.withPipPackages(...names, { indexUrl: 'u' })),
  words.map((names) => (image: Image) => image.withCommands(...names)),
  fc.tuple(word, word).map(
    ([name, value]) =>
      (image: Image) =>
        image.withEnv({ [name]: value }),
  ),
  word.map((name) => (image: Image) => image.withWorkdir(`/${name}`)),
  word.map((name) => (image: Image) => image.withUser(name)),
  word.map((name) => (image: Image) => image.withNpmProject(name)),
  word.map((name) => (image: Image) => image.withRequirements(name)),
  word.map((name) => (image: Image) => image.withUvProject(name)),
  fc.tuple(word, word).map(
    ([from, to]) =>
      (image: Image) =>
        image.withSource(from, to),
  ),
);

describe('an image', () => {
  it('never changes: each with… gives another one, which goes on from it', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), step, (steps, more) => {
        const image = steps.reduce((made, each) => each(made), base);
        const before = structuredClone(described(image));
        const extended = more(image);
        expect(extended).not.toBe(image);
        expect(described(image)).toEqual(before);
        expect(layers(extended).slice(0, -1)).toEqual(layers(image));
        expect(layers(extended)).toHaveLength(steps.length + 1);
      }),
    );
    expect(layers(base)).toEqual([]);
  });

  it('is frozen to the bottom', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        const image = steps.reduce((made, each) => each(made), base);
        expect(Object.isFrozen(image)).toBe(true);
        const open: unknown[] = [described(image)];
        for (let value = open.pop(); value !== undefined; value = open.pop()) {
          if (typeof value !== 'object' || value === null) continue;
          expect(Object.isFrozen(value)).toBe(true);
          open.push(...(Object.values(value) as unknown[]));
        }
      }),
    );
  });

  it('does not share what it was made from', () => {
    const variables = { A: '1' };
    const extraIndexUrls = ['u'];
    const image = base.withEnv(variables).withPipPackages('a', { extraIndexUrls });
    variables.A = '2';
    extraIndexUrls.push('v');
    expect(layers(image)).toMatchObject([{ variables: { A: '1' } }, { extraIndexUrls: ['u'] }]);
  });

  it('is equal to another of the same steps', () => {
    const make = (): Image => Image.fromDebianBase({ python: '3.12' }).withAptPackages('git').withPipPackages('a', 'b');
    expect(described(make())).toEqual(described(make()));
    expect(described(base.withPipPackages('a', 'bc'))).not.toEqual(described(base.withPipPackages('ab', 'c')));
    expect(described(base.withAptPackages('git'))).not.toEqual(described(base.withPipPackages('git')));
  });

  it('is recognised, and nothing else is', () => {
    expect(imageDescription(base)).toBeDefined();
    for (const other of ['busybox', { base: { kind: 'debian' }, layers: [] }, null, undefined])
      expect(imageDescription(other)).toBeUndefined();
  });
});

describe('the secrets of a layer', () => {
  it.each([
    ['a file', [Secret.file('A')], 'secrets[0]'],
    ['another name', ['A', Secret.env('B', { as: 'C' })], 'secrets[1]'],
    ['no list', 'A', 'secrets'],
  ])('are names, and not %s', (_, secrets, option) => {
    for (const make of [() => base.withPipPackages('a', { secrets } as never), () => base.withRequirements('r.txt', { secrets } as never)])
      expectRefusal(make, { code: 'AMBIT_DEFINE_OPTION', facts: { option } });
  });

  it('have a variable each', () => {
    const secrets = ['A', Secret.env('A', { group: 'team' })];
    expectRefusal(() => base.withPipPackages('a', { secrets }), { code: 'AMBIT_DEFINE_SECRET_CLASH', says: ['is set twice'] });
  });
});
