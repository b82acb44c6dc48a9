import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Layer, LayerFiles, Machine } from '@ambit/plugin-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hostBuilder } from '../../src/builder/host-builder.ts';
import { never } from '../executor/executor-place.ts';
import { BuilderPlace, build } from './builder-place.ts';

let place: BuilderPlace;
beforeEach(() => {
  place = new BuilderPlace();
});
afterEach(() => place.dispose());

const source = (files: LayerFiles, to = '.'): Layer => ({ kind: 'source', files: files.digest, to });
const workdir = (directory: string): Layer => ({ kind: 'workdir', directory });
const mode = (path: string): number => statSync(path).mode & 0o777;

describe('a source layer', () => {
  it('is copied with modes, empty folders and inner links', async () => {
    place.put('src/run.sh', 'echo hi', 0o750);
    place.put('src/deep/data.txt', 'data', 0o440);
    mkdirSync(join(place.directory, 'src/empty'));
    chmodSync(join(place.directory, 'src/deep'), 0o555);
    symlinkSync('../run.sh', join(place.directory, 'src/deep-link'));
    rmSync(join(place.directory, 'src/deep-link'));
    symlinkSync('deep/data.txt', join(place.directory, 'src/link'));
    const files = await place.files('source', 'src');
    const { path, manifest } = await build(place.open(), place.request([source(files, '/opt/data')], { files: [files] }));
    const at = join(path, 'root/opt/data');
    expect(readFileSync(join(at, 'link'), 'utf8')).toBe('data');
    expect(readlinkSync(join(at, 'link'))).toBe('deep/data.txt');
    expect([mode(join(at, 'run.sh')), mode(join(at, 'deep/data.txt')), mode(join(at, 'deep'))]).toEqual([0o750, 0o440, 0o555]);
    expect(lstatSync(join(at, 'empty')).isDirectory()).toBe(true);
    expect(manifest.workdir).toBeUndefined();
    expect(place.leftovers()).toEqual([]);
    chmodSync(join(at, 'deep'), 0o755);
    chmodSync(join(place.directory, 'src/deep'), 0o755);
  });

  it('goes to the folder that the image works in there, or below it', async () => {
    place.put('src/a.txt');
    const files = await place.files('source', 'src');
    const layers = [workdir('/app'), source(files), source(files, 'lib/x'), workdir('/other')];
    const { path, manifest } = await build(place.open(), place.request(layers, { files: [files] }));
    for (const each of ['root/app/a.txt', 'root/app/lib/x/a.txt', 'root/other']) expect(existsSync(join(path, each))).toBe(true);
    expect(manifest.workdir).toBe('root/other');
  });

  it('makes its image work in the root where no other folder was declared', async () => {
    place.put('src/a.txt');
    const files = await place.files('source', 'src');
    const { path, manifest } = await build(place.open(), place.request([source(files)], { files: [files] }));
    expect(manifest.workdir).toBe('root');
    expect(existsSync(join(path, 'root/a.txt'))).toBe(true);
  });

  it('overrides an earlier one, also where a file, a folder and a link meet', async () => {
    for (const path of ['one/a', 'one/b/c', 'one/d', 'two/a', 'two/b', 'two/e']) place.put(path);
    mkdirSync(join(place.directory, 'two/d'));
    symlinkSync('a', join(place.directory, 'one/e'));
    const both = await Promise.all(['one', 'two'].map((folder) => place.files('source', folder)));
    const layers = both.map((files) => source(files, '/x'));
    const at = join((await build(place.open(), place.request(layers, { files: both }))).path, 'root/x');
    expect(['a', 'b', 'e'].map((name) => readFileSync(join(at, name), 'utf8'))).toEqual(['two/a', 'two/b', 'two/e']);
    expect(lstatSync(join(at, 'e')).isFile()).toBe(true);
    expect(statSync(join(at, 'd')).isDirectory()).toBe(true);
  });

  it('never leads out of the image', async () => {
    place.put('src/a.txt');
    const files = await place.files('source', 'src');
    const { path } = await build(place.open(), place.request([source(files, '/../../../x')], { files: [files] }));
    expect(existsSync(join(path, 'root/x/a.txt'))).toBe(true);
  });

  it('is copied once by those who build its image at once', async () => {
    for (let index = 0; index < 100; index += 1) place.put(`src/${index}.txt`);
    const files = await place.files('source', 'src');
    const request = place.request([source(files)], { files: [files] });
    const built = await Promise.all([place.open(), place.open()].map((builder) => build(builder, request)));
    expect(built[1]?.path).toBe(built[0]?.path);
    expect(existsSync(join(built[0]?.path ?? '', 'root/99.txt'))).toBe(true);
    expect(place.leftovers()).toEqual([]);
  });
});

describe('a source layer that is not as it was planned', () => {
  const edits: readonly [string, (file: string) => void, string?][] = [
    ['edited', () => void place.put('src/b.txt', 'edited')],
    ['edited to something of equal length', () => void place.put('src/b.txt', 'src/c.txt')],
    ['deleted', (file) => rmSync(file)],
  ];

  it.each(edits)('is refused, and leaves nothing: %s', async (_, edit) => {
    place.put('src/a.txt');
    const file = place.put('src/b.txt');
    const files = await place.files('source', 'src');
    const request = place.request([source(files)], { files: [files] });
    edit(file);
    await expect(build(place.open(), request)).rejects.toMatchObject({ code: 'AMBIT_BUILD_FILES_CHANGED', facts: { path: 'b.txt' } });
    expect(place.leftovers()).toEqual([]);
    expect((await place.open().exists(request.identity, {}, never())).exists).toBe('no');
  });

  it('is refused where its contents are not given', async () => {
    place.put('src/a.txt');
    const request = place.request([source(await place.files('source', 'src'))]);
    await expect(build(place.open(), request)).rejects.toMatchObject({ code: 'AMBIT_BUILD_FILES_CHANGED' });
  });
});

describe('a cache folder that cannot be written to', () => {
  const failing = (code: string): Machine => ({
    ...place.machine,
    id: place.machine.id,
    write: async () => {
      throw Object.assign(new Error(`${code}: something of the disk`), { code });
    },
  });

  it.each([
    ['ENOSPC', 'AMBIT_BUILD_NO_SPACE', 'space'],
    ['EROFS', 'AMBIT_BUILD_NOT_STORED', 'may not be written'],
    ['EACCES', 'AMBIT_BUILD_NOT_STORED', 'may not be written'],
  ])('is told by name, and nothing is left: %s', async (error, code, words) => {
    place.put('src/a.txt');
    const files = await place.files('source', 'src');
    for (const layers of [[source(files)], []]) {
      const building = build(hostBuilder(failing(error)), place.request(layers, { files: [files] }));
      await expect(building).rejects.toMatchObject({ code, message: expect.stringContaining(words) as unknown });
      await expect(building).rejects.toMatchObject({ message: expect.stringContaining(place.cacheDirectory) as unknown });
    }
    expect(place.leftovers()).toEqual([]);
  });
});
