import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ImageManifest, Layer } from '@ambit/plugin-api';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findProgram } from '../../src/machine/find-program.ts';
import { hasProcess, never, uniqueSeconds, until } from '../executor/executor-place.ts';
import { BuilderPlace, build, offline, stepsDone } from './builder-place.ts';

const run = promisify(execFile);
const buildOnce = fileURLToPath(new URL('../fixtures/build-once.ts', import.meta.url));

/** A folder with a real uv, for tests that want one on their PATH. */
let uvFolder: string;
let home: string;
/** Not the script of a version manager, which needs programs of its own. */
let realPython: string;
beforeAll(async () => {
  realPython = (await run('python3', ['-c', 'import os, sys; print(os.path.realpath(sys.executable))'])).stdout.trim();
  home = mkdtempSync(join(tmpdir(), 'ambit-uv-'));
  uvFolder = join(home, 'packages/bin');
  await run('python3', ['-m', 'pip', 'install', '--quiet', '--target', join(home, 'packages'), 'uv']);
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** A PATH with these programs of the machine and nothing else. */
function pathOf(...programs: string[]): string {
  const folder = mkdtempSync(join(home, 'bin-'));
  for (const name of programs)
    symlinkSync(name === 'python3' ? realPython : (findProgram(name, process.env['PATH']) ?? ''), join(folder, name));
  return folder;
}

const withUv = (): { PATH: string } => ({ PATH: `${uvFolder}${delimiter}${process.env['PATH']}` });
const withoutUv = (): { PATH: string } => ({ PATH: pathOf('node', 'npm', 'sh', 'python3') });

let place: BuilderPlace;
beforeEach(() => {
  place = new BuilderPlace(withUv());
});
afterEach(() => place.dispose());

const pip = (...specs: string[]): Layer => ({ kind: 'pip', specs, secrets: [] });

/** What a task in this image sees. */
async function python(manifest: ImageManifest, code: string): Promise<string> {
  return inImage(manifest, 'python', '-c', code);
}

async function inImage(manifest: ImageManifest, program: string, ...args: string[]): Promise<string> {
  const env = { ...manifest.env, PATH: [...manifest.path, '/usr/bin', '/bin'].join(delimiter) };
  const found = findProgram(program, env.PATH) ?? program;
  return (await run(found, args, { env })).stdout.trim();
}

const versions = (manifest: ImageManifest, ...names: string[]): Promise<string> =>
  python(manifest, `from importlib.metadata import version as v; print(*[v(n) for n in ${JSON.stringify(names)}])`);

describe.each([
  ['uv', withUv],
  ['pip', withoutUv],
])('Python packages, installed by %s', (installer, environment) => {
  it('are one environment of the image, in which programs run and later layers win', async () => {
    const builder = place.openWith(environment());
    const { manifest, events } = await build(
      builder,
      place.request([pip('six==1.15.0', 'cowsay==6.1'), { kind: 'env', variables: { A: 'b' } }, pip('SIX==1.16.0')]),
    );
    expect(await versions(manifest, 'six', 'cowsay')).toBe('1.16.0 6.1');
    expect(await inImage(manifest, 'cowsay', '-t', 'works')).toContain('works');
    expect(await python(manifest, 'import sys; print(sys.prefix)')).toBe(manifest.venv);
    expect(manifest.env).toEqual({ VIRTUAL_ENV: manifest.venv, A: 'b' });
    expect(manifest.path).toEqual([join(manifest.venv ?? '', 'bin')]);
    expect(stepsDone(events).at(-2)).toBe(`${installer === 'uv' ? 'uv pip' : 'pip'} install SIX==1.16.0 cowsay==6.1`);
  });

  it('that are not to be had are a failure of their layer, with the words of the installer, and leave nothing', async () => {
    const builder = place.openWith(environment());
    const missing = 'ambit-no-such-package-ever';
    const request = place.request([pip('six'), pip(missing), { kind: 'env', variables: {} }, pip('idna')]);
    await expect(build(builder, request)).rejects.toMatchObject({
      code: 'AMBIT_BUILD_FAILED',
      facts: { step: 2, layer: 1, command: expect.stringContaining(missing) as unknown, log: expect.stringContaining(missing) as unknown },
    });
    expect(place.sets('python')).toEqual([]);
  });

  it('of requirements files come with what those name', async () => {
    place.put('app/requirements.txt', '-r more/base.txt\n-c constraints.txt\ncowsay\n');
    place.put('app/more/base.txt', 'six==1.16.0\n');
    place.put('app/constraints.txt', 'cowsay==6.0\n');
    const files = await place.files('requirements', 'app/requirements.txt');
    const layer: Layer = { kind: 'requirements', files: files.digest, secrets: [] };
    const { manifest } = await build(place.openWith(environment()), place.request([layer], { files: [files] }));
    expect(await versions(manifest, 'six', 'cowsay')).toBe('1.16.0 6.0');
  });
});

describe('a Python environment', () => {
  it('is shared by images that come to the same packages, and used without a network', async () => {
    const first = await build(place.open(), place.request([pip('six==1.16.0'), pip('idna==3.10')]));
    const builder = place.openWith({ ...withUv(), ...offline, UV_OFFLINE: '1' });
    const request = place.request([pip('idna==3.10', 'six==1.16.0'), { kind: 'env', variables: { A: 'b' } }]);
    const second = await build(builder, request);
    expect(second.manifest.venv).toBe(first.manifest.venv);
    expect(stepsDone(second.events)).toEqual(['image']);
    expect((await builder.exists(request.identity, {}, never())).exists).toBe('yes');
    expect(await versions(second.manifest, 'six')).toBe('1.16.0');
  });

  it('is sequence of layers: what a later one pins is what there is', async () => {
    place.put('requirements.txt', 'six==1.15.0\n');
    const files = await place.files('requirements', 'requirements.txt');
    const layer: Layer = { kind: 'requirements', files: files.digest, secrets: [] };
    const [before, after] = await Promise.all(
      [
        [pip('six==1.16.0'), layer],
        [layer, pip('six==1.16.0')],
      ].map((layers) => build(place.open(), place.request(layers, { files: [files] }))),
    );
    expect(await versions(before!.manifest, 'six')).toBe('1.15.0');
    expect(await versions(after!.manifest, 'six')).toBe('1.16.0');
  });

  it('does not exist any more where its Python is gone, and is made again', async () => {
    const request = place.request([pip('six==1.16.0')]);
    const builder = place.open();
    const { manifest } = await build(builder, request);
    const link = join(manifest.venv ?? '', 'bin/python');
    await rm(link);
    symlinkSync(join(place.directory, 'gone'), link);
    expect((await builder.exists(request.identity, {}, never())).exists).toBe('no');
    expect(await versions((await build(builder, request)).manifest, 'six')).toBe('1.16.0');
    expect(place.sets('python')).toHaveLength(2);
  });

  it('stands beside npm packages in one image', async () => {
    const npm: Layer = { kind: 'npm', specs: [place.package('one')] };
    const { manifest, events } = await build(place.open(), place.request([pip('six==1.16.0'), npm]));
    expect(manifest.path).toEqual([join(manifest.nodeModules ?? '', '.bin'), join(manifest.venv ?? '', 'bin')]);
    const numbers = events.flatMap((event) => (event.type === 'step' ? [`${event.number}/${event.of}`] : []));
    expect(numbers).toEqual(['1/4', '2/4', '3/4', '4/4']);
  });

  it('that two processes want is made once', async () => {
    const request = place.request([pip('six==1.16.0', 'idna==3.10')]);
    const order = place.put('order.json', JSON.stringify({ request, cache: place.cacheDirectory }));
    const results = await Promise.all([0, 1].map(() => processOf(order).ended));
    expect(results[0]).toMatch(/^built /m);
    expect(results[1]).toMatch(/^built /m);
    expect(results.filter((text) => text.includes('step uv venv'))).toHaveLength(2);
    expect(results.filter((text) => text.includes('Creating virtual environment'))).toHaveLength(1);
    expect(place.sets('python')).toHaveLength(2);
  });

  it('whose maker is killed in the middle does not count as made, and is made by the next', async () => {
    const seconds = uniqueSeconds();
    const bin = pathOf('node', 'sh', 'python3', 'sleep');
    writeFileSync(join(bin, 'uv'), `#!/bin/sh\n${join(uvFolder, 'uv')} "$@" && [ "$1" = venv ] && exec sleep ${seconds}\n`, {
      mode: 0o755,
    });
    const request = place.request([pip('six==1.16.0')]);
    const order = place.put('order.json', JSON.stringify({ request, cache: place.cacheDirectory }));
    const { child, ended } = processOf(order, bin);
    await until('the environment is half made', () => hasProcess(seconds));
    child.kill('SIGKILL');
    await ended;
    expect((await place.open().exists(request.identity, {}, never())).exists).toBe('no');
    expect(await versions((await build(place.open(), request)).manifest, 'six')).toBe('1.16.0');
    await until('what was left is gone', () => place.sets('python').length === 2 && !hasProcess(seconds));
  });
});

function processOf(order: string, path = withUv().PATH) {
  const args = ['--conditions=@ambit/source', '--import', 'tsx', buildOnce, order];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, PATH: path } });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  return { child, ended: new Promise<string>((resolve) => child.once('close', () => resolve(output))) };
}

describe('a uv project', () => {
  async function project(groups: string[] = []) {
    const manifest = [
      '[project]',
      'name = "app"',
      'version = "1.0.0"',
      'requires-python = ">=3.8"',
      'dependencies = ["six>=1.15"]',
      '[dependency-groups]',
      'dev = ["idna==3.10"]',
      'say = ["cowsay==6.1"]',
    ];
    place.put('app/pyproject.toml', `${manifest.join('\n')}\n`);
    const locking = { cwd: join(place.directory, 'app'), env: { ...process.env, ...withUv(), UV_PYTHON_DOWNLOADS: 'never' } };
    await run('uv', ['lock', '--resolution', 'lowest-direct'], locking);
    const lockFile = join(place.directory, 'app/uv.lock');
    writeFileSync(lockFile, readFileSync(lockFile, 'utf8').replace(/\[options\]\n[^[]*/, ''));
    const files = await place.files('uv-project', 'app');
    return { files, layer: { kind: 'uv-project' as const, files: files.digest, groups } };
  }

  it('gets what its lock file says, and the groups that are asked for', async () => {
    const { files, layer } = await project(['say']);
    const { manifest, events } = await build(place.open(), place.request([pip('iniconfig==2.0.0'), layer], { files: [files] }));
    expect(await versions(manifest, 'six', 'cowsay', 'iniconfig')).toBe('1.15.0 6.1 2.0.0');
    expect(await python(manifest, 'from importlib.util import find_spec as f; print(f("idna"), f("app"))')).toBe('None None');
    expect(stepsDone(events)).toEqual(['uv venv', 'uv pip install iniconfig==2.0.0', 'uv sync --group say', 'image']);
  });

  it('whose lock file does not fit is not built', async () => {
    await project();
    const file = join(place.directory, 'app/pyproject.toml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"six>=1.15"', '"six>=1.15", "iniconfig"'));
    const files = await place.files('uv-project', 'app');
    const request = place.request([{ kind: 'uv-project', files: files.digest, groups: [] }], { files: [files] });
    await expect(build(place.open(), request)).rejects.toMatchObject({
      code: 'AMBIT_BUILD_FAILED',
      facts: { layer: 0, command: 'uv sync', log: expect.stringMatching(/lock/) as unknown },
    });
  });

  it('is refused by name where there is no uv', async () => {
    const files = { digest: 'sha256:1' as const, entries: [], read: () => (async function* () {})() };
    const builder = place.openWith(withoutUv());
    const request = place.request([{ kind: 'uv-project', files: files.digest, groups: [] }], { files: [files] });
    await expect(build(builder, request)).rejects.toMatchObject({ code: 'AMBIT_BUILD_NO_UV' });
    const { layers, missing } = await builder.describe(never());
    expect(layers).not.toContain('uv-project');
    expect(missing).toEqual({
      'uv-project': { why: 'there is no uv on the PATH', hint: expect.stringContaining('https://docs.astral.sh/uv') as unknown },
    });
  });
});

describe('a machine', () => {
  it('without Python offers no Python layers, and says what to install when it is asked anyway', async () => {
    const builder = place.openWith({ PATH: pathOf('node', 'npm', 'sh') });
    const { layers, missing, debian } = await builder.describe(never(), { python: true });
    expect(layers).toEqual(['npm', 'npm-project', 'env', 'workdir', 'source']);
    expect(Object.keys(missing ?? {})).toEqual(['pip', 'requirements', 'uv-project']);
    expect(missing?.pip?.why).toContain('no python3');
    expect(debian?.python).toEqual([]);
    await expect(build(builder, place.request([pip('six')]))).rejects.toMatchObject({
      code: 'AMBIT_BUILD_NO_PYTHON',
      message: expect.stringContaining('no python3') as unknown,
    });
  });

  it('with a python3 that does not run says what that says', async () => {
    const bin = pathOf('node', 'sh');
    writeFileSync(join(bin, 'python3'), '#!/bin/sh\necho "no developer tools" >&2; exit 1\n', { mode: 0o755 });
    await expect(build(place.openWith({ PATH: bin }), place.request([pip('six')]))).rejects.toMatchObject({
      code: 'AMBIT_BUILD_NO_PYTHON',
      message: expect.stringContaining('no developer tools') as unknown,
    });
  });

  it('whose Python cannot make environments says so', async () => {
    const bin = pathOf('node', 'sh');
    const found = { version: '3.11.2', tag: 'cp311', executable: '/usr/bin/python3', hasVenv: true, hasEnsurepip: false, pip: null };
    const answer = JSON.stringify({ ...found, pipSettings: {}, hasUvSettings: false });
    writeFileSync(join(bin, 'python3'), `#!/bin/sh\necho '${answer}'\n`, { mode: 0o755 });
    await expect(build(place.openWith({ PATH: bin }), place.request([pip('six')]))).rejects.toMatchObject({
      code: 'AMBIT_BUILD_NO_VENV',
      hint: expect.stringContaining('python3-venv') as unknown,
    });
  });

  it('of another Python than the base asks for is refused', async () => {
    const request = place.request([], { base: 'python:3.99-slim-bookworm' });
    await expect(build(place.open(), request)).rejects.toMatchObject({ code: 'AMBIT_BUILD_OTHER_PYTHON', facts: { wanted: '3.99' } });
    const { stdout } = await run('python3', ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']);
    await build(place.open(), place.request([], { base: `python:${stdout.trim()}-slim-bookworm` }));
    expect((await place.open().describe(never(), { python: true })).debian?.python).toEqual([stdout.trim()]);
  });

  it('offers Python layers without starting a process', async () => {
    const bin = pathOf('node');
    writeFileSync(join(bin, 'python3'), `#!/bin/sh\ntouch ${join(place.directory, 'started')}\n`, { mode: 0o755 });
    const { layers, debian } = await place.openWith({ PATH: bin }).describe(never());
    expect(layers).toContain('requirements');
    expect(debian).toEqual({ node: process.versions.node.split('.').slice(0, 1) });
    expect(existsSync(join(place.directory, 'started'))).toBe(false);
  });
});

describe('the indexes of a layer', () => {
  /** A uv that writes down how it was called and what it was told, and makes no packages. */
  function recordingUv(): { path: string; calls: () => { args: string; env: Record<string, string> }[] } {
    const bin = pathOf('node', 'sh', 'python3', 'mkdir', 'ln', 'env', 'pwd');
    const record = join(place.directory, 'calls');
    mkdirSync(record);
    const script = `const fs = require('fs'), path = require('path'), args = process.argv.slice(2);
      fs.appendFileSync('${record}/all', JSON.stringify({ args: args.join(' '), env: process.env }) + '\\n');
      if (args[0] === 'venv') { fs.mkdirSync(path.join(args.at(-1), 'bin'), { recursive: true }); fs.symlinkSync(process.execPath, path.join(args.at(-1), 'bin/python')); }
      else { console.log('asked ' + process.env.UV_DEFAULT_INDEX); process.exitCode = args.includes('fail') ? 1 : 0; }`;
    writeFileSync(join(record, 'uv.js'), script);
    writeFileSync(join(bin, 'uv'), `#!/bin/sh\nexec node ${join(record, 'uv.js')} "$@"\n`, { mode: 0o755 });
    const lines = (): string[] => readFileSync(join(record, 'all'), 'utf8').trim().split('\n');
    return { path: bin, calls: () => lines().map((line) => JSON.parse(line) as { args: string; env: Record<string, string> }) };
  }

  it('reach the installer in its environment, on no command line and in no event', async () => {
    const { path, calls } = recordingUv();
    const index = { indexUrl: 'https://me:hidden@host/simple', extraIndexUrls: ['https://a:hidden@one/', 'https://two/'] };
    const layer: Layer = { kind: 'pip', specs: ['own @ https://me:hidden@host/own.whl'], ...index, secrets: [] };
    const { events, manifest, path: folder } = await build(place.openWith({ PATH: path }), place.request([layer]));
    const [, install] = calls();
    expect(install?.env).toMatchObject({ UV_DEFAULT_INDEX: index.indexUrl, UV_INDEX: index.extraIndexUrls.join(' ') });
    for (const { args } of calls()) expect(args).not.toContain('hidden');
    expect(JSON.stringify(events)).not.toContain('hidden');
    expect(JSON.stringify(events)).toContain('asked https://***@host/simple');
    expect(readFileSync(join(folder, 'image.json'), 'utf8') + JSON.stringify(manifest)).not.toContain('hidden');
    expect(existsSync(join(manifest.venv ?? '', '../layers'))).toBe(false);
  });

  it('are by default those of the user, also where only pip was told of them', async () => {
    const { path, calls } = recordingUv();
    const settings = place.put(
      'pip.conf',
      '[global]\nindex-url = https://of.the/user\nextra-index-url =\n  https://more\n  https://still-more\nproxy = me:hidden@proxy.test:3128\n',
    );
    const env = { PATH: path, PIP_CONFIG_FILE: settings, VIRTUAL_ENV: '/elsewhere', PYTHONPATH: '/elsewhere' };
    await build(place.openWith(env), place.request([pip('six')]));
    expect(calls()[1]?.env).toMatchObject({ UV_DEFAULT_INDEX: 'https://of.the/user', UV_INDEX: 'https://more https://still-more' });
    expect(calls()[1]?.env).toMatchObject({ ALL_PROXY: 'http://me:hidden@proxy.test:3128' });
    expect(calls()[1]?.env).not.toHaveProperty('VIRTUAL_ENV');
    expect(calls()[1]?.env).not.toHaveProperty('PYTHONPATH');
    const own = { ...env, UV_DEFAULT_INDEX: 'https://of.uv' };
    await build(place.openWith(own), place.request([pip('idna')]));
    expect(calls()[3]?.env).toMatchObject({ UV_DEFAULT_INDEX: 'https://of.uv' });
  });

  it('may mention secrets, which reach the installer of their layer and nothing else', async () => {
    const { path, calls } = recordingUv();
    const indexUrl = 'https://me:${TOKEN}@host/${OTHER}/simple';
    const layers: readonly Layer[] = [
      { kind: 'pip', specs: ['six'], indexUrl, secrets: ['team/TOKEN'] },
      { kind: 'pip', specs: ['idna'], secrets: ['PLAIN'] },
      pip('cowsay'),
    ];
    const secrets = ['team/TOKEN', 'PLAIN'].map((name) => ({ name, value: async () => `hidden ${name}` }));
    const { events, path: folder } = await build(place.openWith({ PATH: path }), { ...place.request(layers), secrets });
    const told = calls().map(({ env }) => [env['TOKEN'], env['PLAIN'], env['UV_DEFAULT_INDEX']]);
    expect(told).toEqual([
      [undefined, undefined, undefined],
      ['hidden team/TOKEN', undefined, 'https://me:hidden team/TOKEN@host/${OTHER}/simple'],
      [undefined, 'hidden PLAIN', undefined],
      [undefined, undefined, undefined],
    ]);
    for (const { args } of calls()) expect(args).not.toContain('hidden');
    expect(readFileSync(join(folder, 'image.json'), 'utf8')).not.toContain('hidden');
    expect(events.filter(({ type }) => type === 'built')).toHaveLength(1);
    // Names count, values do not.
    const others = secrets.map(({ name }) => ({ name, value: () => Promise.reject(new Error('asked again')) }));
    await build(place.openWith({ PATH: path }), { ...place.request(layers), secrets: others });
    const renamed = place.request([{ kind: 'pip', specs: ['idna'], secrets: ['OTHER'] }]);
    await expect(build(place.openWith({ PATH: path }), renamed)).rejects.toMatchObject({ code: 'AMBIT_SECRET_MISSING' });
  });

  it('make an environment of its own', async () => {
    const { path } = recordingUv();
    const builder = place.openWith({ PATH: path });
    const of = async (indexUrl: string) =>
      (await build(builder, place.request([{ kind: 'pip', specs: ['six'], indexUrl, secrets: [] }]))).manifest.venv;
    expect(await of('https://one')).not.toBe(await of('https://two'));
  });
});
