import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IncomingBundle } from '../../src/protocol/index.ts';
import { BundleStore } from '../../src/supervisor/bundle-store.ts';
import { until } from './worker-scene.ts';

let directory: string;
let bundles: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ambit-bundles-'));
  bundles = join(directory, 'work/bundles');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

type IncomingFile = IncomingBundle['files'] extends AsyncIterable<infer File> ? File : never;

const digest = `sha256:${'a'.repeat(64)}`;

function store(nodeModules?: string): BundleStore {
  return new BundleStore({ directory: bundles, runtimeFile: '/runtime/runtime.js', ...(nodeModules === undefined ? {} : { nodeModules }) });
}

function incoming(
  files: Record<string, string>,
  more: Partial<{ digest: string; entry: string; size: number; mode: number }> = {},
): IncomingBundle {
  return {
    digest: more.digest ?? digest,
    entry: more.entry ?? 'main.js',
    files: each(
      Object.entries(files).map(([path, text]) => ({
        path,
        size: more.size ?? text.length,
        mode: more.mode ?? 0o644,
        data: each([Buffer.from(text)]),
      })),
    ),
  };
}

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

describe('a bundle', () => {
  it('lies in a folder of its own with the runtime and the packages of the image beside it', async () => {
    const { entry } = await store('/image/node_modules').store(incoming({ 'main.js': 'main', 'deep/er/data': 'data' }, { mode: 0o755 }));
    const folder = join(bundles, 'a'.repeat(64));
    expect(entry).toBe(join(folder, 'main.js'));
    expect(readFileSync(join(folder, 'deep/er/data'), 'utf8')).toBe('data');
    expect(statSync(entry).mode & 0o777).toBe(0o755);
    expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).toEqual({
      type: 'module',
      imports: { '#ambit/runtime': './runtime.js' },
    });
    expect(readlinkSync(join(folder, 'runtime.js'))).toBe('/runtime/runtime.js');
    expect(readlinkSync(join(folder, 'node_modules'))).toBe('/image/node_modules');
    await until('only the whole folder', () => readdirSync(bundles).length === 1);
  });

  it('has no packages where the image has none', async () => {
    await store().store(incoming({ 'main.js': '' }));
    expect(readdirSync(join(bundles, 'a'.repeat(64))).sort()).toEqual(['main.js', 'package.json', 'runtime.js']);
  });

  it.each([
    '../out.js',
    'a/../../out.js',
    '/out.js',
    './main.js',
    'a//b',
    'a/',
    '..',
    '.',
    '',
    'a\\b',
    'a\0b',
    'package.json',
    'runtime.js',
    'node_modules/evil/index.js',
  ])('with a file at %j is refused, and nothing of it stays', async (path) => {
    const file = { path, size: 4, mode: 0o644, data: each([Buffer.from('evil')]) };
    const main = { path: 'main.js', size: 0, mode: 0o644, data: each<Buffer>([]) };
    const bundle = { digest, entry: 'main.js', files: each([main, file]) };
    mkdirSync(join(directory, 'work'));
    writeFileSync(join(directory, 'work/out.js'), 'untouched');
    await expect(store().store(bundle)).rejects.toMatchObject({ code: 'AMBIT_BUNDLE_REFUSED' });
    await until('nothing is left', () => readdirSync(bundles).length === 0);
    expect(readFileSync(join(directory, 'work/out.js'), 'utf8')).toBe('untouched');
    expect(existsSync(join(directory, 'out.js'))).toBe(false);
  });

  it.each([
    ['a digest that is a path', incoming({ 'main.js': '' }, { digest: '../../out' })],
    ['an entry that is none of its files', incoming({ 'main.js': '' }, { entry: 'other.js' })],
    ['less than was announced', incoming({ 'main.js': '' }, { size: 10 })],
    [
      'a file twice',
      { digest, entry: 'x', files: each(['x', 'x'].map((path) => ({ path, size: 0, mode: 0o644, data: each<Buffer>([]) }))) },
    ],
  ])('with %s is refused', async (_, bundle) => {
    await expect(store().store(bundle)).rejects.toMatchObject({ code: 'AMBIT_BUNDLE_REFUSED' });
  });

  it('that comes again, or twice at once, is the one that is there', async () => {
    const there = store();
    const [first, second] = await Promise.all([there.store(incoming({ 'main.js': '1' })), there.store(incoming({ 'main.js': '1' }))]);
    const third = await there.store(incoming({ 'main.js': '1' }));
    expect([second, third]).toEqual([first, first]);
    expect(there.latest).toEqual(first);
  });

  it('that does not come whole leaves nothing', async () => {
    const broken = async function* (): AsyncGenerator<IncomingFile> {
      yield* incoming({ 'main.js': '' }).files;
      throw new Error('the connection broke');
    };
    await expect(store().store({ digest, entry: 'main.js', files: broken() })).rejects.toThrow('the connection broke');
    await until('nothing is left', () => readdirSync(bundles).length === 0);
  });

  it('that the disk does not take says so', async () => {
    mkdirSync(join(directory, 'work'));
    writeFileSync(bundles, 'a file where the folder should be');
    await expect(store().store(incoming({ 'main.js': '' }))).rejects.toMatchObject({ code: 'AMBIT_BUNDLE_NOT_STORED' });
  });
});
