import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { never } from '../executor/executor-place.ts';
import { BuilderPlace, build, offline, stepsDone } from './builder-place.ts';

let place: BuilderPlace;
beforeEach(() => {
  place = new BuilderPlace();
});
afterEach(() => place.dispose());

const npm = (...specs: string[]) => ({ kind: 'npm' as const, specs });
const version = (nodeModules: string | undefined, name: string): string =>
  (createRequire(join(nodeModules ?? '', 'x.js'))(`${name}/package.json`) as { version: string }).version;

/** A project that asks for `left-pad` and for something to develop with; its lock file has an older version. */
function project(folder = 'app', rest: object = {}): void {
  const wanted = { dependencies: { 'left-pad': '^1.1.0' }, devDependencies: { 'right-pad': '1.0.1' } };
  place.put(`${folder}/package.json`, JSON.stringify({ name: 'app', version: '1.0.0', ...wanted, ...rest }));
}

function lock(folder = 'app'): void {
  const root = { name: 'app', version: '1.0.0', dependencies: { 'left-pad': '^1.1.0' }, devDependencies: { 'right-pad': '1.0.1' } };
  const at = (name: string, found: string) => ({ version: found, resolved: `https://registry.npmjs.org/${name}/-/${name}-${found}.tgz` });
  const packages = {
    '': root,
    'node_modules/left-pad': at('left-pad', '1.1.3'),
    'node_modules/right-pad': { ...at('right-pad', '1.0.1'), dev: true },
  };
  place.put(`${folder}/package-lock.json`, JSON.stringify({ name: 'app', version: '1.0.0', lockfileVersion: 3, requires: true, packages }));
}

async function projectRequest(...added: string[]) {
  const files = await place.files('npm-project', 'app');
  const locked = files.entries.some(({ path }) => path === 'package-lock.json');
  const layers = [{ kind: 'npm-project' as const, files: files.digest, lock: locked }, ...(added.length > 0 ? [npm(...added)] : [])];
  return place.request(layers, { files: [files] });
}

describe('an npm project', () => {
  it('with a lock file gets what that says, without what is for development', async () => {
    project('app', { scripts: { prepare: 'a-program-that-is-not-there' } });
    lock();
    place.put('app/.npmrc', 'fund=false\n//registry.example/:_authToken=secret\n');
    const { manifest, events } = await build(place.open(), await projectRequest());
    expect(version(manifest.nodeModules, 'left-pad')).toBe('1.1.3');
    expect(readdirSync(manifest.nodeModules ?? '').filter((name) => !name.startsWith('.'))).toEqual(['left-pad']);
    expect(stepsDone(events)).toEqual(['npm ci', 'image']);
    expect(existsSync(join(dirname(manifest.nodeModules ?? ''), '.npmrc'))).toBe(false);
  });

  it('without one gets what its manifest asks for today, and can be imported', async () => {
    project();
    const { manifest } = await build(place.open(), await projectRequest());
    const folder = join(place.directory, 'work');
    mkdirSync(folder);
    symlinkSync(manifest.nodeModules ?? '', join(folder, 'node_modules'));
    const code = `import('left-pad').then(({ default: pad }) => console.log(pad('7', 3, '0')))`;
    expect(execFileSync(process.execPath, ['-e', code], { cwd: folder }).toString()).toBe('007\n');
    expect(version(manifest.nodeModules, 'left-pad')).toBe('1.3.0');
  });

  it('and packages added to it are one node_modules', async () => {
    project();
    lock();
    const { manifest, events } = await build(place.open(), await projectRequest('is-number@7.0.0', place.package('own')));
    const found = ['left-pad', 'is-number', 'own'].map((name) => version(manifest.nodeModules, name));
    expect(found).toEqual(['1.1.3', '7.0.0', '1.0.0']);
    expect(stepsDone(events)).toEqual(['npm ci', expect.stringContaining('npm install') as unknown, 'image']);
  });

  it('gives way to a package of a later layer, and not of an earlier one', async () => {
    project();
    lock();
    const files = await place.files('npm-project', 'app');
    const layer = { kind: 'npm-project' as const, files: files.digest, lock: true };
    const added = npm('left-pad@1.2.0');
    const later = await build(place.open(), place.request([layer, added], { files: [files] }));
    expect(version(later.manifest.nodeModules, 'left-pad')).toBe('1.2.0');
    const earlier = await build(place.open(), place.request([added, layer], { files: [files] }));
    expect(version(earlier.manifest.nodeModules, 'left-pad')).toBe('1.1.3');
  });

  it('is used without a network once it is built, by images of other layers too', async () => {
    project();
    lock();
    const request = await projectRequest();
    await build(place.open(), request);
    const builder = place.openWith({ ...offline, npm_config_offline: 'true' });
    expect((await builder.exists(request.identity, {}, never())).exists).toBe('yes');
    const more = place.request([...request.layers, { kind: 'env', variables: { A: 'b' } }], { files: request.files });
    expect(stepsDone((await build(builder, more)).events)).toEqual(['image']);
  });

  it('whose lock file does not fit is not built, and its layer is to blame', async () => {
    project('app', { dependencies: { 'left-pad': '^1.1.0', 'is-odd': '3.0.1' } });
    lock();
    await expect(build(place.open(), await projectRequest())).rejects.toMatchObject({
      code: 'AMBIT_BUILD_FAILED',
      facts: { step: 1, layer: 0, command: 'npm ci', log: expect.stringContaining('is-odd') as unknown },
    });
    expect(place.sets()).toEqual([]);
  });

  it('that was edited since the plan is not built', async () => {
    project();
    const request = await projectRequest();
    project('app', { description: 'edited' });
    await expect(build(place.open(), request)).rejects.toMatchObject({
      code: 'AMBIT_BUILD_FILES_CHANGED',
      facts: { path: 'package.json' },
    });
    expect(place.sets()).toEqual([]);
  });

  it('is not one of two', async () => {
    project('app');
    project('other', { description: 'another' });
    const both = await Promise.all(['app', 'other'].map((folder) => place.files('npm-project', folder)));
    const layers = both.map(({ digest }) => ({ kind: 'npm-project' as const, files: digest, lock: false }));
    await expect(build(place.open(), place.request(layers, { files: both }))).rejects.toMatchObject({ code: 'AMBIT_BUILD_TWO_PROJECTS' });
  });
});

describe('a package in a folder', () => {
  it('is installed anew when its files change, under the same specification', async () => {
    const spec = place.package('own');
    const first = await build(place.open(), place.request([npm(spec)]));
    const file = join(spec.slice('file:'.length), 'index.js');
    writeFileSync(file, `${readFileSync(file, 'utf8')}// changed`);
    const second = await build(place.open(), place.request([npm(spec), { kind: 'env', variables: {} }]));
    expect(second.manifest.nodeModules).not.toBe(first.manifest.nodeModules);
  });
});
