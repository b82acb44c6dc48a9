import { chmodSync, mkdirSync, mkdtempSync, renameSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { layerFiles, readFiles } from '../../src/index.ts';
import type { FilesRequest } from '../../src/index.ts';
import { never } from '../executor/executor-place.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ambit-files-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

function put(path: string, content = path): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

async function digest(path = 'src', what: FilesRequest['what'] = 'source', context?: string): Promise<string> {
  return (await readFiles({ what, path: join(root, path), ...(context === undefined ? {} : { context: join(root, context) }) }, never()))
    .digest;
}

describe('the digest of files', () => {
  it('is the same wherever the files lie and whenever they were written', async () => {
    put('src/a/b.txt');
    put('src/c.txt');
    const before = await digest();
    expect(before).toMatch(/^sha256:[0-9a-f]{64}$/);
    await cp(join(root, 'src'), join(root, 'copy'), { recursive: true });
    utimesSync(join(root, 'copy/c.txt'), 1, 1);
    chmodSync(join(root, 'copy/c.txt'), 0o600);
    expect(await digest('copy')).toBe(before);
  });

  it.each<[string, () => void]>([
    ['a content', () => void put('src/a/b.txt', 'other')],
    ['a name', () => renameSync(join(root, 'src/c.txt'), join(root, 'src/d.txt'))],
    ['the executable bit', () => chmodSync(join(root, 'src/c.txt'), 0o755)],
    ['a new empty file', () => void put('src/new', '')],
    ['a new empty folder', () => mkdirSync(join(root, 'src/new'))],
    ['a link in place of a file', () => symlinkSync('c.txt', join(root, 'src/e.txt'))],
  ])('changes with %s', async (_, change) => {
    put('src/a/b.txt');
    put('src/c.txt');
    const before = await digest();
    change();
    expect(await digest()).not.toBe(before);
  });

  it('tells a folder of two files from one with their names and contents moved', async () => {
    put('one/a', 'bc');
    put('two/ab', 'c');
    expect(await digest('one')).not.toBe(await digest('two'));
  });

  it('does not count what is made anew elsewhere', async () => {
    put('src/a.txt');
    const before = await digest();
    for (const path of ['src/node_modules/x/index.js', 'src/.git/HEAD', 'src/deep/../__pycache__/a.pyc']) put(path);
    expect(await digest()).toBe(before);
  });

  it('keeps links that stay inside, and refuses those that lead out by name', async () => {
    put('src/a/b.txt');
    symlinkSync('../a/b.txt', join(root, 'src/a/inner'));
    await digest();
    symlinkSync('../../elsewhere', join(root, 'src/a/outer'));
    await expect(digest()).rejects.toMatchObject({ code: 'AMBIT_FILES_LINK_OUTSIDE', facts: { target: '../../elsewhere' } });
  });

  it('refuses an absolute link, even one to inside: it leads elsewhere in a copy', async () => {
    symlinkSync(put('src/a.txt'), join(root, 'src/b.txt'));
    await expect(digest()).rejects.toMatchObject({ code: 'AMBIT_FILES_LINK_OUTSIDE' });
  });

  it('of a project counts its manifest and its lock file, which it reports', async () => {
    put('app/package.json', '{}');
    put('app/index.js');
    const request = { what: 'npm-project', path: join(root, 'app') } as const;
    const bare = await readFiles(request, never());
    expect(bare).toMatchObject({ lock: false, packages: [] });
    put('app/index.js', 'changed');
    expect(await readFiles(request, never())).toEqual(bare);
    put('app/package-lock.json', '{}');
    const locked = await readFiles(request, never());
    expect(locked.lock).toBe(true);
    expect(locked.digest).not.toBe(bare.digest);
  });

  it('of a project comes with the packages that its code can import', async () => {
    const packages = async () => (await readFiles({ what: 'npm-project', path: join(root, 'app') }, never())).packages;
    put(
      'app/package.json',
      JSON.stringify({ dependencies: { b: '1', '@a/b': '1' }, optionalDependencies: { c: '1' }, devDependencies: { d: '1' } }),
    );
    expect(await packages()).toEqual(['@a/b', 'b', 'c']);
    const locked = {
      '': {},
      'node_modules/b': {},
      'node_modules/@a/b': {},
      'node_modules/b/node_modules/e': {},
      'node_modules/f': {},
      'node_modules/d': { dev: true },
    };
    put('app/package-lock.json', JSON.stringify({ lockfileVersion: 3, packages: locked }));
    expect(await packages()).toEqual(['@a/b', 'b', 'f']);
    put('app/npm-shrinkwrap.json', JSON.stringify({ lockfileVersion: 1, dependencies: { b: {}, d: { dev: true } } }));
    expect(await packages()).toEqual(['b']);
    put('app/npm-shrinkwrap.json', 'damaged');
    expect(await packages()).toBeUndefined();
  });

  it('of a project counts its settings of npm', async () => {
    put('app/package.json', '{}');
    const before = await digest('app', 'npm-project');
    put('app/.npmrc', 'legacy-peer-deps=true');
    expect(await digest('app', 'npm-project')).not.toBe(before);
  });

  it('of requirements counts the files that they name, and those that these name', async () => {
    put('py/requirements/main.txt', 'six\n-r ../base.txt\n');
    put('py/base.txt', '--constraint=deep/c.txt  # pinned\n-r https://host/x.txt\n');
    put('py/deep/c.txt', 'six==1.16.0');
    const before = await digest('py/requirements/main.txt', 'requirements');
    put('py/other.txt', 'not named');
    expect(await digest('py/requirements/main.txt', 'requirements')).toBe(before);
    put('py/deep/c.txt', 'six==1.15.0');
    expect(await digest('py/requirements/main.txt', 'requirements')).not.toBe(before);
    await rm(join(root, 'py/base.txt'));
    await expect(digest('py/requirements/main.txt', 'requirements')).rejects.toMatchObject({
      code: 'AMBIT_FILES_MISSING',
      facts: { path: join(root, 'py/base.txt') },
    });
  });

  it.each(['-e ./lib', './lib', '../lib', '/opt/lib.whl', 'file:///opt/lib', 'lib @ file:///opt/lib', '-e .', '.[test]'])(
    'of requirements that install from the disk are refused with the line: %s',
    async (line) => {
      put('requirements.txt', `six\n${line}\n`);
      await expect(digest('requirements.txt', 'requirements')).rejects.toMatchObject({
        code: 'AMBIT_FILES_LOCAL_REQUIREMENT',
        message: expect.stringContaining(`requirements.txt:2 `) as unknown,
      });
    },
  );

  it('of a Dockerfile counts its context too', async () => {
    put('Dockerfile', 'FROM x');
    put('context/a.txt');
    const before = await digest('Dockerfile', 'dockerfile', 'context');
    put('context/a.txt', 'changed');
    expect(await digest('Dockerfile', 'dockerfile', 'context')).not.toBe(before);
  });

  it('says what is missing, or cannot be read', async () => {
    await expect(digest('nothing')).rejects.toMatchObject({
      code: 'AMBIT_FILES_MISSING',
      message: expect.stringContaining(join(root, 'nothing')) as unknown,
    });
    put('app/index.js');
    await expect(digest('app', 'npm-project')).rejects.toMatchObject({ code: 'AMBIT_FILES_MISSING', facts: { name: 'package.json' } });
    mkdirSync(join(root, 'src'));
    spawnSync('mkfifo', [join(root, 'src/pipe')]);
    await expect(digest()).rejects.toMatchObject({ code: 'AMBIT_FILES_UNREADABLE' });
  });
});

describe('the contents of files', () => {
  async function contents(request: FilesRequest) {
    const files = await layerFiles(request, never());
    expect(files.digest).toBe((await readFiles(request, never())).digest);
    return files;
  }

  it('have the digest of the files, and modes, sizes and bytes', async () => {
    chmodSync(put('src/a/run.sh', 'echo'), 0o750);
    symlinkSync('a/run.sh', join(root, 'src/link'));
    mkdirSync(join(root, 'src/empty'), { mode: 0o700 });
    const files = await contents({ what: 'source', path: join(root, 'src') });
    expect(files.entries).toEqual([
      { path: 'a', kind: 'folder', mode: expect.any(Number) as unknown },
      { path: 'a/run.sh', kind: 'file', mode: 0o750, size: 4, digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as unknown },
      { path: 'empty', kind: 'folder', mode: 0o700 },
      { path: 'link', kind: 'link', target: 'a/run.sh' },
    ]);
    expect(await textOf(files.read('a/run.sh', never()))).toBe('echo');
    await expect(textOf(files.read('none', never()))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('of requirements begin with the file itself, below the folder of all', async () => {
    put('py/requirements/main.txt', '-r ../base.txt\n');
    put('py/base.txt', 'six');
    const { entries } = await contents({ what: 'requirements', path: join(root, 'py/requirements/main.txt') });
    expect(entries.map(({ path }) => path)).toEqual(['requirements/main.txt', 'base.txt']);
  });

  it('of a Dockerfile are the file and its context, without what that ignores', async () => {
    put('Containerfile', 'FROM x');
    for (const path of ['context/a.txt', 'context/b.log']) put(path);
    put('context/.dockerignore', '*.log');
    const files = await contents({ what: 'dockerfile', path: join(root, 'Containerfile'), context: join(root, 'context') });
    expect(files.entries.map(({ path }) => path)).toEqual(['Dockerfile', 'context/.dockerignore', 'context/a.txt']);
    expect(await textOf(files.read('Dockerfile', never()))).toBe('FROM x');
  });

  it('of projects are the files that installers read', async () => {
    for (const path of ['app/package.json', 'app/package-lock.json', 'app/index.js', 'py/pyproject.toml', 'py/uv.lock', 'py/x.py'])
      put(path, '{}');
    const paths = async (what: FilesRequest['what'], folder: string) =>
      (await contents({ what, path: join(root, folder) })).entries.map(({ path }) => path);
    expect(await paths('npm-project', 'app')).toEqual(['package-lock.json', 'package.json']);
    expect(await paths('uv-project', 'py')).toEqual(['pyproject.toml', 'uv.lock']);
  });
});

async function textOf(data: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of data) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
