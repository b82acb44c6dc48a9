import type { Layer } from '@ambit/plugin-api';
import { describe, expect, test } from 'vitest';
import { described, filesOf, linesOf, onForeign, onPython, read, render, renderSteps, textOf } from './rendered.ts';

const npm = (...specs: string[]): Layer => ({ kind: 'npm', specs });
const pip = (...specs: string[]): Layer => ({ kind: 'pip', specs, secrets: [] });
const user: Layer = { kind: 'user', name: 'node' };
const commands = (...scripts: string[]): Layer => ({ kind: 'commands', commands: scripts });
const source = described('a/run.sh', 'b.txt');
const words = (layers: readonly Layer[], request = {}): readonly string[] =>
  linesOf(render(layers, request)).map((line) => (/^(?:USER|WORKDIR|ARG|FROM) .*/.exec(line) ?? /^[A-Z]+/.exec(line)!)[0]);

describe('an image', () => {
  test('without layers is its base and its description', () => {
    const step = render([]);
    expect(linesOf(step)).toEqual([
      'ARG AMBIT_BASE=node:22-bookworm-slim',
      'FROM ${AMBIT_BASE}',
      'COPY ["image.json","/opt/ambit/image.json"]',
    ]);
    expect(step).toMatchObject({ dockerfile: 'Dockerfile', base: 'node:22-bookworm-slim', args: {} });
    expect(step.context.map(({ entry }) => entry.path)).toEqual(['Dockerfile', 'image.json']);
    expect(JSON.parse(textOf(step, 'image.json'))).toEqual({ version: 1, env: {}, path: [] });
  });

  test('says of each instruction which layer it belongs to, and what people call it', () => {
    const { instructions } = render([npm('a@1', 'b'), { kind: 'env', variables: { A: '1' } }, commands('make\nmake install', 'true')]);
    expect(instructions.map(({ layer, name }) => [layer, name])).toEqual([
      [0, 'env PATH'],
      [0, 'npm install a@1 b'],
      [1, 'env A'],
      [2, 'make\nmake install'],
      [2, 'true'],
      [undefined, 'copy /opt/ambit/image.json'],
    ]);
    expect(linesOf(render([npm('a')])).slice(2)).toEqual(render([npm('a')]).instructions.map(({ text }) => text));
  });

  test('describes itself to its supervisor, later layers over earlier ones', () => {
    const layers: Layer[] = [
      npm('a'),
      pip('b'),
      { kind: 'env', variables: { Z: '1', A: 'a\nb' } },
      { kind: 'workdir', directory: '/app' },
      { kind: 'env', variables: { Z: '$2' } },
    ];
    expect(JSON.parse(textOf(render(layers), 'image.json'))).toEqual({
      version: 1,
      env: { A: 'a\nb', VIRTUAL_ENV: '/opt/ambit/venv', Z: '$2' },
      path: ['/opt/ambit/npm/node_modules/.bin', '/opt/ambit/venv/bin'],
      workdir: '/app',
      nodeModules: '/opt/ambit/npm/node_modules',
      venv: '/opt/ambit/venv',
    });
  });

  test('does not depend on the order in which variables were written', () => {
    const one = render([{ kind: 'env', variables: { A: '1', B: '2' } }]);
    expect(render([{ kind: 'env', variables: { B: '2', A: '1' } }])).toEqual(one);
  });
});

describe('what an image adds to its parent', () => {
  const layers: Layer[] = [pip('a'), user, npm('b'), pip('c')];

  test('is only its own layers, and the description of all', () => {
    const step = render(layers, { parentLayers: 2 });
    expect(step.instructions.map(({ layer }) => layer)).toEqual([2, 2, 2, 3, undefined, undefined]);
    // The environment is there, the PATH of npm is not; the parent ends as its own user.
    expect(words(layers, { parentLayers: 2 }).slice(2)).toEqual(['ENV', 'USER root', 'RUN', 'RUN', 'USER node', 'COPY']);
    expect(JSON.parse(textOf(step, 'image.json'))).toMatchObject({ nodeModules: '/opt/ambit/npm/node_modules', venv: '/opt/ambit/venv' });
  });

  test('needs no file of the parent', () => {
    const copied: Layer[] = [{ kind: 'source', files: source.digest, to: '/app' }, npm('b')];
    expect(words(copied, { parentLayers: 1 }).slice(2)).toEqual(['ENV', 'RUN', 'COPY']);
    expect(() => render(copied)).toThrow(expect.objectContaining({ code: 'AMBIT_BUILD_FILES_CHANGED' }) as Error);
  });
});

describe('users', () => {
  test('run commands, and packages are installed as root', () => {
    expect(words([user, commands('a'), npm('x'), commands('b')]).slice(2)).toEqual([
      'USER node',
      'RUN',
      'ENV',
      'USER root',
      'RUN',
      'USER node',
      'RUN',
      'COPY',
    ]);
    expect(words([user, npm('x')]).slice(-2)).toEqual(['USER node', 'COPY']);
  });

  test('own what is copied after they were said', () => {
    const copy = (layers: Layer[]): readonly string[] =>
      linesOf(render(layers, { files: filesOf(source) })).filter((line) => line.includes('"/app/"'));
    const layer: Layer = { kind: 'source', files: source.digest, to: '/app' };
    expect(copy([layer, user])).toEqual(['COPY ["0/files/","/app/"]']);
    expect(copy([user, layer])).toEqual(['COPY --chown=node ["1/files/","/app/"]']);
  });

  test('of a base of others are nobody knows who, so packages ask for root', () => {
    expect(words([commands('a'), npm('x')], onForeign)).toContain('USER root');
    expect(words([commands('a'), npm('x')])).not.toContain('USER root');
  });
});

describe('packages', () => {
  const ran = (layers: Layer[], request = {}) =>
    linesOf(render(layers, request))
      .map(read)
      .filter(({ word }) => word === 'RUN');

  test('of apt and npm are arguments, which no shell reads', () => {
    expect(ran([{ kind: 'apt', packages: ['git', "x'; rm -rf /"] }])[0]!.args!.slice(4)).toEqual(['ambit', 'git', "x'; rm -rf /"]);
    expect(ran([npm('a@>=1 <2', '$(id)')])[0]!.args!.slice(4)).toEqual(['ambit', 'a@>=1 <2', '$(id)']);
  });

  test('of apt share a cache that only one build at a time may use', () => {
    const { flags } = ran([{ kind: 'apt', packages: ['git'] }])[0]!;
    expect(flags).toHaveLength(2);
    for (const flag of flags) expect(flag).toMatch(/^--mount=type=cache,id=ambit-apt[\w-]*,target=\S+,sharing=locked$/);
    const bare = ran([{ kind: 'apt', packages: ['git'] }], { mounts: false })[0]!;
    expect(bare).toMatchObject({
      flags: [],
      args: expect.arrayContaining([expect.stringContaining('rm -rf /var/lib/apt/lists/*')]) as string[],
    });
  });

  test('of pip are lines of a file, with their indexes', () => {
    const layer: Layer = {
      kind: 'pip',
      specs: ['requests>=2,<3', 'a\u2028-r /etc/passwd', 'b\\'],
      indexUrl: 'https://u:p@i/simple\n-e .',
      secrets: [],
    };
    const step = render([layer]);
    expect(textOf(step, '0/packages.txt')).toBe('--index-url https://u:p@i/simple%0A-e%20.\nrequests>=2,<3\na -r /etc/passwd\nb\\ \n');
    expect(linesOf(step).join('\n')).not.toContain('u:p');
  });

  test('need Python once, and Node where the base has none', () => {
    expect(
      ran([pip('a'), pip('b')])
        .map(({ args }) => args![3])
        .filter((script) => script!.includes('-m venv')),
    ).toHaveLength(1);
    const lines = linesOf(render([npm('a'), npm('b')], onPython));
    expect(lines.filter((line) => line.startsWith('COPY --from=node:22-bookworm-slim '))).toHaveLength(2);
    expect(lines.filter((line) => line.startsWith('ENV'))).toEqual([
      'ENV PATH="${PATH}:/opt/ambit/node/bin"',
      'ENV PATH="/opt/ambit/npm/node_modules/.bin:${PATH}"',
    ]);
    expect(linesOf(render([pip('a')], onPython)).join()).not.toContain('node:');
    expect(linesOf(render([], { ...onPython, base: { ...onPython.base, asksForNode: true } })).join()).toContain('--from=node:');
  });

  test('see those of a base of others', () => {
    const venv = (request: object): string =>
      ran([pip('a')], request)
        .map(({ args }) => args![3]!)
        .find((script) => script.includes(' -m venv '))!;
    expect(venv(onForeign)).toContain('--system-site-packages');
    expect(venv(onPython)).not.toContain('--system-site-packages');
  });

  test('of projects are read from mounts, so that nothing of them stays but what they install', () => {
    const files = described('.npmrc', 'package-lock.json', 'package.json');
    const layer: Layer = { kind: 'npm-project', files: files.digest, lock: true };
    const mounted = render([layer], { files: filesOf(files) });
    expect(linesOf(mounted).filter((line) => line.startsWith('COPY'))).toEqual(['COPY ["image.json","/opt/ambit/image.json"]']);
    expect(ran([layer], { files: filesOf(files) })[0]).toMatchObject({
      flags: [
        '--mount=type=bind,source=settings/npm,target=/opt/ambit/settings',
        '--mount=type=bind,source=0,target=/opt/ambit/build',
        '--mount=type=cache,id=ambit-npm,target=/opt/ambit/cache,sharing=shared',
      ],
    });
    expect(mounted.instructions.map(({ name }) => name)).toContain('npm ci');
    const copied = render([layer], { files: filesOf(files), mounts: false });
    expect(linesOf(copied)).toContain('COPY ["0/","/opt/ambit/build/"]');
    expect(ran([layer], { files: filesOf(files), mounts: false })[0]).toMatchObject({ flags: [] });
    expect(linesOf(copied).join()).toContain('rm -rf /opt/ambit/build /opt/ambit/cache');
  });

  test('of requirements keep the folders in which they name each other', () => {
    const files = described('req/main.txt', 'base.txt');
    const step = render([{ kind: 'requirements', files: files.digest, secrets: [] }], { files: filesOf(files) });
    expect(step.context.map(({ entry }) => entry.path)).toEqual([
      '0',
      '0/files',
      '0/files/base.txt',
      '0/files/req',
      '0/files/req/main.txt',
      'Dockerfile',
      'image.json',
      'settings',
      'settings/pip',
    ]);
    expect(step.instructions.map(({ name }) => name)).toContain('pip install -r req/main.txt');
  });

  test('of uv are those of the project and of the groups that are asked for', () => {
    const files = described('pyproject.toml', 'uv.lock');
    const run = ran([{ kind: 'uv-project', files: files.digest, groups: ['gpu', '$x'] }], { files: filesOf(files) }).at(-1)!;
    expect(run.args!.slice(4)).toEqual(['ambit', '--no-dev', '--group=gpu', '--group=$x']);
  });

  test('of the user are copied by content, and installed from where they lie in the image', () => {
    const folder = described('package.json', 'index.js');
    const step = render([npm('own@file:/home/me/own', '/home/me/own')], { files: filesOf(folder) });
    const place = `/opt/ambit/packages/${folder.digest.slice(7, 23)}`;
    expect(read(linesOf(step)[3]!).args).toEqual(['0/package-0/', `${place}/`]);
    expect(
      linesOf(step)
        .map(read)
        .find(({ word }) => word === 'RUN')!
        .args!.slice(5),
    ).toEqual([`own@file:${place}`, `file:${place}`]);
    expect(linesOf(step).join()).not.toContain('/home/me');
    const tarball = described('x.tgz');
    expect(linesOf(render([npm('file:/home/me/x.tgz')], { files: filesOf(tarball) })).join()).toMatch(
      /"file:\/opt\/ambit\/packages\/[0-9a-f]+\/x\.tgz"/,
    );
  });

  test('with passwords in their addresses are named without them', () => {
    expect(render([npm('git+https://me:secret@host/x.git')]).instructions.map(({ name }) => name)).toContain(
      'npm install git+https://***@host/x.git',
    );
  });
});

describe('settings of the user', () => {
  const npmSettings = { installer: 'npm', folder: 'settings/npm', target: '/opt/ambit/settings' };
  const pipSettings = { installer: 'pip', folder: 'settings/pip', target: '/opt/ambit/settings' };
  const project = described('pyproject.toml');
  const uv: Layer = { kind: 'uv-project', files: project.digest, groups: [] };
  const files = filesOf(project);
  const requirements: Layer = { kind: 'requirements', files: project.digest, secrets: [] };
  const apt: Layer = { kind: 'apt', packages: ['git'] };
  const others: Layer[] = [apt, commands('true'), user, { kind: 'source', files: project.digest, to: '/app' }];

  test('are seen by commands that run an installer of packages, each its own, and by no other', () => {
    const { instructions } = render([npm('a'), pip('b'), uv, requirements, ...others], { ...onPython, files });
    const seen = instructions.flatMap(({ text, name }) => {
      const source = read(text).flags.flatMap((flag) => /source=(settings\/\w+)/.exec(flag)?.[1] ?? []);
      return source.length > 0 || text.includes('variables.sh') ? [[name, ...source]] : [];
    });
    expect(seen).toEqual([
      ['npm install a', 'settings/npm'],
      ['pip install b', 'settings/pip'],
      ['uv sync', 'settings/pip'],
      ['pip install -r pyproject.toml', 'settings/pip'],
    ]);
  });

  test('have a folder in the context for each installer that runs, and none in the image', () => {
    const step = render([npm('a'), npm('c'), pip('b')], { ...onPython, files });
    expect(step.settings).toEqual([npmSettings, pipSettings]);
    expect(step.context.filter(({ entry }) => entry.path.startsWith('settings')).map(({ entry }) => entry)).toEqual(
      ['settings', 'settings/npm', 'settings/pip'].map((path) => ({ path, kind: 'folder', mode: 0o755 })),
    );
    expect(linesOf(step).filter((line) => /^(COPY|ENV|ARG).*settings/.test(line))).toEqual([]);
    expect(render([npm('a'), uv], { files, parentLayers: 1 }).settings).toEqual([pipSettings]);
  });

  test('are not asked for where no installer runs, or nothing can be mounted', () => {
    expect(render(others, { files })).not.toHaveProperty('settings');
    const copied = render([npm('a'), uv], { files, mounts: false });
    expect(copied).not.toHaveProperty('settings');
    expect(copied.context.map(({ entry }) => entry.path)).not.toContain('settings');
  });
});

describe('source', () => {
  const layer = (to: string): Layer => ({ kind: 'source', files: source.digest, to });
  const of = (layers: Layer[], request = {}): readonly string[] =>
    linesOf(render(layers, { files: filesOf(source), ...request })).slice(2, -1);

  test('goes to the workdir, which is made where nobody named one', () => {
    expect(of([layer('.')])).toEqual(['WORKDIR /workspace', 'COPY ["0/files/","./"]']);
    expect(of([{ kind: 'workdir', directory: '/app' }, layer('data')])).toEqual(['WORKDIR /app', 'COPY ["1/files/","./data/"]']);
    expect(JSON.parse(textOf(render([layer('.')], { files: filesOf(source) }), 'image.json'))).toMatchObject({ workdir: '/workspace' });
  });

  test('leaves the workdir of a base of others as it is', () => {
    expect(of([layer('.')], onForeign)).toEqual(['COPY ["0/files/","./"]']);
  });

  test('keeps kinds and modes of its entries', () => {
    const entries = [
      { path: 'empty', kind: 'folder', mode: 0o750 },
      { path: 'link', kind: 'link', target: 'run.sh' },
      { path: 'run.sh', kind: 'file', mode: 0o755, size: 1, digest: 'sha256:00' },
    ] as const;
    const files = { digest: source.digest, entries };
    const { context } = render([layer('/app')], { files: filesOf(files) });
    expect(context.filter(({ entry }) => entry.path.startsWith('0/files/')).map(({ entry }) => entry)).toEqual(
      entries.map((entry) => ({ ...entry, path: `0/files/${entry.path}` })),
    );
    expect(context.find(({ entry }) => entry.path === '0/files/run.sh')!.content).toEqual({ from: files, path: 'run.sh' });
  });
});

describe('a Dockerfile of the user', () => {
  const files = described('Dockerfile', 'context/Dockerfile', 'context/src/a.c');
  const layer: Layer = { kind: 'dockerfile', files: files.digest, target: 'run', args: { V: '1 2' } };
  const scratch = { ...onForeign, reference: 'scratch', files: filesOf(files) };

  test('is a step of its own, in its own context, and what follows stands on it', () => {
    const [own, rest, ...others] = renderSteps([layer, npm('a')], scratch);
    expect(others).toEqual([]);
    expect(own).toMatchObject({ dockerfile: 'Dockerfile.ambit', target: 'run', args: { V: '1 2' }, instructions: [] });
    expect(own).not.toHaveProperty('base');
    expect(own!.context.map(({ entry }) => entry.path)).toEqual(['Dockerfile', 'Dockerfile.ambit', 'src', 'src/a.c']);
    expect(rest!.instructions.map(({ layer: index }) => index).filter((index) => index !== undefined)).toEqual(Array(7).fill(1));
    expect(linesOf(rest!)[1]).toBe('FROM ${AMBIT_BASE}');
  });

  test('is read from where its context has it, so that the image has it once', () => {
    const [, inContext] = files.entries;
    const entries = [{ ...inContext!, path: 'Dockerfile' }, ...files.entries.slice(1)];
    const [own] = renderSteps([layer], { ...scratch, files: filesOf({ ...files, entries }) });
    expect(own!.dockerfile).toBe('Dockerfile');
    expect(own!.context.map(({ entry }) => entry.path)).toEqual(['Dockerfile', 'src', 'src/a.c']);
  });

  test('is not built again for what is built on it', () => {
    expect(renderSteps([layer, npm('a')], { ...scratch, parentLayers: 1 })).toHaveLength(1);
  });
});

test.each(['x'.repeat(70_000), 'ä'.repeat(35_000)])('a line that no parser takes is refused, with the layer', (script) => {
  expect(() => render([npm('a'), commands(script)])).toThrow(
    expect.objectContaining({ code: 'AMBIT_BUILD_LINE_TOO_LONG', facts: { length: expect.any(Number) as number, layer: 1 } }) as Error,
  );
});
