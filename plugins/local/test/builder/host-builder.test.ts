import { spawn } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { never, until } from '../executor/executor-place.ts';
import { BuilderPlace, build } from './builder-place.ts';

let place: BuilderPlace;
beforeEach(() => {
  place = new BuilderPlace();
});
afterEach(() => place.dispose());

const npm = (...specs: string[]) => ({ kind: 'npm' as const, specs });
const buildOnce = fileURLToPath(new URL('../fixtures/build-once.ts', import.meta.url));

describe('a host image', () => {
  it('without packages is a folder with its manifest, made without an installer', async () => {
    const layers = [
      { kind: 'env' as const, variables: { ONE: '1', TWO: '1' } },
      { kind: 'env' as const, variables: { TWO: '2' } },
      { kind: 'workdir' as const, directory: '/app' },
    ];
    const { path, manifest, events } = await build(place.open(), place.request(layers));
    expect(manifest).toEqual({ version: 1, env: { ONE: '1', TWO: '2' }, path: [], workdir: 'root/app' });
    expect(statSync(join(path, 'root/app')).isDirectory()).toBe(true);
    expect(events.map((event) => event.type)).toEqual(['step', 'built']);
    expect(place.sets()).toEqual([]);
  });

  it('has the packages of all its layers as one set, copied and not linked', async () => {
    const one = place.package('one', { bin: 'say-one' });
    const { manifest } = await build(
      place.open(),
      place.request([npm(one), { kind: 'env', variables: {} }, npm(place.package('@scope/two'))]),
    );
    const { nodeModules = '' } = manifest;
    const require = createRequire(join(nodeModules, '../index.js'));
    expect([require('one'), require('@scope/two')]).toEqual(['one@1.0.0', '@scope/two@1.0.0']);
    expect(lstatSync(join(nodeModules, 'one')).isSymbolicLink()).toBe(false);
    expect(manifest.path).toEqual([join(nodeModules, '.bin')]);
    expect(existsSync(join(nodeModules, '.bin/say-one'))).toBe(true);
  });

  it('takes the later of two layers that name one package', async () => {
    const [old, young] = ['1.0.0', '2.0.0'].map((version) => `one@${place.package('one', { version })}`);
    const { manifest } = await build(place.open(), place.request([npm(old!), npm(young!)]));
    expect(createRequire(join(manifest.nodeModules!, 'x.js'))('one')).toBe('one@2.0.0');
  });

  it('shares a set with images that come to the same packages, whatever else they are', async () => {
    const spec = place.package('one', { install: `echo x >> ${join(place.directory, 'count')}` });
    const builder = place.open();
    const first = await build(builder, place.request([npm(spec)]));
    const second = await build(builder, place.request([npm(spec), { kind: 'env', variables: { A: 'b' } }]));
    expect(second.manifest.nodeModules).toBe(first.manifest.nodeModules);
    expect(second.events.find((event) => event.type === 'step')).toMatchObject({ cached: true });
    expect(readFileSync(join(place.directory, 'count'), 'utf8')).toBe('x\n');
  });

  it('is installed once when images with one set are built at once', async () => {
    const spec = place.package('one', { install: `echo x >> ${join(place.directory, 'count')}` });
    const builder = place.open();
    await Promise.all(['a', 'b', 'c'].map((A) => build(builder, place.request([npm(spec), { kind: 'env', variables: { A } }]))));
    expect(readFileSync(join(place.directory, 'count'), 'utf8')).toBe('x\n');
  });

  it('does not exist any more where its packages were deleted', async () => {
    const request = place.request([npm(place.package('one'))]);
    const builder = place.open();
    await build(builder, request);
    expect((await builder.exists(request.identity, {}, never())).exists).toBe('yes');
    await rm(join(place.cacheDirectory, 'npm'), { recursive: true });
    expect((await builder.exists(request.identity, {}, never())).exists).toBe('no');
  });

  it('is "unknown", with the reason, where the cache cannot be read', async () => {
    const request = place.request([]);
    const { path } = await build(place.open(), request);
    writeFileSync(join(path, 'image.json'), '{ damaged');
    expect(await place.open().exists(request.identity, {}, never())).toMatchObject({
      exists: 'unknown',
      reason: expect.stringMatching(/JSON/) as unknown,
    });
  });

  it('that two processes build at once is there for both, and nothing else is', async () => {
    const request = place.request([npm(place.package('one', { install: 'sleep 0.2' }))]);
    const order = join(place.directory, 'order.json');
    writeFileSync(order, JSON.stringify({ request, cache: place.cacheDirectory }));
    const results = await Promise.all([0, 1].map(() => outputOf(buildOnce, order)));
    const built = results.map((text) => /^built .*$/m.exec(text)?.[0]);
    expect(built[0]).toBeDefined();
    expect(built[1]).toBe(built[0]);
    expect(results.filter((text) => text.includes('added 1 package'))).toHaveLength(1);
    expect(place.sets()).toHaveLength(1);
  });
});

function outputOf(script: string, ...args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, ['--conditions=@ambit/source', '--import', 'tsx', script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  return new Promise((resolve) => child.once('close', () => resolve(output)));
}

describe('a host image that cannot be built', () => {
  it('says which layer, what command, and how the log of the installer ends', async () => {
    const good = place.package('good');
    const bad = place.package('bad', { install: 'echo the compiler is missing >&2; exit 7' });
    const builder = place.open();
    await expect(build(builder, place.request([npm(good), npm(bad), npm(place.package('other'))]))).rejects.toMatchObject({
      code: 'AMBIT_BUILD_FAILED',
      facts: {
        step: 1,
        layer: 1,
        command: expect.stringContaining('npm install') as unknown,
        log: expect.stringContaining('the compiler is missing') as unknown,
      },
    });
    expect(place.sets()).toEqual([]);
  });

  it('says what the machine lacks', async () => {
    const bin = join(place.directory, 'bin');
    mkdirSync(bin);
    symlinkSync(process.execPath, join(bin, 'node'));
    await expect(build(place.openWith({ PATH: bin }), place.request([npm('left-pad')]))).rejects.toMatchObject({
      code: 'AMBIT_BUILD_NO_NPM',
    });
    expect(place.sets()).toEqual([]);
  });

  it('says when the disk is full, also where npm only warns of that', async () => {
    const bin = join(place.directory, 'bin');
    const words = 'npm warn tar TAR_ENTRY_ERROR ENOSPC: no space left on device, write';
    place.put('bin/npm', `#!/bin/sh\necho '${words}' >&2\n`, 0o755);
    const builder = place.openWith({ PATH: `${bin}:${process.env['PATH']}` });
    await expect(build(builder, place.request([npm('left-pad')]))).rejects.toMatchObject({
      code: 'AMBIT_BUILD_NO_SPACE',
      message: expect.stringContaining(place.cacheDirectory) as unknown,
    });
    expect(place.sets()).toEqual([]);
  });

  it('shows the lines of the installer while it runs', async () => {
    const bad = place.package('bad', { install: 'echo the compiler is missing >&2; exit 7' });
    const lines: string[] = [];
    await expect(
      (async () => {
        for await (const event of place.open().build(place.request([npm(bad)]), never())) if (event.type === 'log') lines.push(event.text);
      })(),
    ).rejects.toThrow();
    expect(lines.join('\n')).toContain('the compiler is missing');
  });

  it('leaves neither a folder nor a process when it is given up', async () => {
    const started = join(place.directory, 'started');
    const request = place.request([npm(place.package('slow', { install: `echo $$ > ${started}; sleep 1000` }))]);
    const stop = new AbortController();
    const building = build(place.open(), request, stop.signal);
    building.catch(() => undefined);
    await until('it is under way', () => existsSync(started) && readFileSync(started, 'utf8') !== '');
    expect(place.leftovers()).not.toEqual([]);
    stop.abort(new Error('given up'));
    await expect(building).rejects.toThrow('given up');
    expect(place.sets()).toEqual([]);
    await until('the script is gone', () => !existsSync(`/proc/${readFileSync(started, 'utf8').trim()}/exe`));
    expect((await place.open().exists(request.identity, {}, never())).exists).toBe('no');
  });

  it.each([
    [
      { layers: [{ kind: 'apt' as const, packages: ['git'] }], base: 'debian' },
      { code: 'AMBIT_BUILD_UNSUPPORTED_LAYER', facts: { layer: 0, kind: 'apt' } },
    ],
    [
      { layers: [], base: 'node:14-bookworm-slim' },
      { code: 'AMBIT_BUILD_OTHER_NODE', facts: { wanted: '14' } },
    ],
  ])('is refused before anything is done: %j', async ({ layers, base }, expected) => {
    await expect(build(place.open(), place.request(layers, { base }))).rejects.toMatchObject(expected);
    expect(existsSync(place.cacheDirectory)).toBe(false);
  });

  it('takes a base of this Node as this machine', async () => {
    const [major] = process.versions.node.split('.');
    await build(place.open(), place.request([], { base: `node:${major}-bookworm-slim` }));
  });
});
