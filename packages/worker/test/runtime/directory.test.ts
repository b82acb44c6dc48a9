import { chmod, lstat, mkdir, mkdtemp, readFile, readdir, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FILES, setGlobal } from '../../src/runtime/brands.ts';
import { globPattern } from '../../src/runtime/glob.ts';
import { Directory, File, directoryFactsOf } from '../../src/runtime/index.ts';
import { temporaryFiles } from '../../src/runtime/temporary-files.ts';

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'ambit-directory-test-'));
  const store = temporaryFiles(join(base, 'store'));
  setGlobal(FILES, { ...store, folder: async () => (await mkdir(join(base, 'folder'), { recursive: true }), join(base, 'folder')) });
});
afterEach(async () => {
  setGlobal(FILES, undefined);
  await open(base);
  await rm(base, { recursive: true, force: true });
});

async function open(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) if (entry.isDirectory()) await open(join(folder, entry.name));
}

/** A tree as it is on the disk: kind, mode, content or target by path. */
async function look(root: string, path = ''): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const name of await readdir(join(root, path))) {
    const each = join(path, name);
    const stats = await lstat(join(root, each));
    const mode = (stats.mode & 0o777).toString(8);
    if (stats.isSymbolicLink()) found[each] = `link ${await readlink(join(root, each))}`;
    else if (stats.isFile()) found[each] = `file ${mode} ${await readFile(join(root, each), 'latin1')}`;
    else Object.assign(found, { [each]: `folder ${mode}` }, await look(root, each));
  }
  return found;
}

async function sample(): Promise<string> {
  const root = join(base, 'sample');
  await mkdir(join(root, 'sub/empty'), { recursive: true });
  await writeFile(join(root, 'a.txt'), 'a');
  await writeFile(join(root, 'sub/run.sh'), '#!/bin/sh\n');
  await chmod(join(root, 'sub/run.sh'), 0o755);
  await symlink('../a.txt', join(root, 'sub/up'));
  await symlink('sub', join(root, 'inner'));
  await symlink('nowhere', join(root, 'dangling'));
  return root;
}

const namesOf = async (directory: Directory, glob?: string): Promise<string[]> => {
  const names: string[] = [];
  for await (const { name } of directory.files(glob)) names.push(name);
  return names;
};

describe('a directory', () => {
  it('keeps files, modes, empty folders and inner links', async () => {
    const root = await sample();
    const stored = await Directory.fromLocal(root);
    expect(stored.name).toBe('sample');
    const there = join(base, 'there');
    expect(await stored.download(there)).toBe(there);
    expect(await look(there)).toEqual(await look(root));
    expect(Object.keys(await look(root))).toContain('sub/empty');
  });

  it('is known by its content, whatever it is called and wherever it lay', async () => {
    const root = await sample();
    const { uri } = await Directory.fromLocal(root);
    await (await Directory.fromLocal(root)).download(join(base, 'copy'));
    expect((await Directory.fromLocal(pathToFileURL(join(base, 'copy')))).uri).toBe(uri);
    await chmod(join(base, 'copy/a.txt'), 0o600);
    expect((await Directory.fromLocal(join(base, 'copy'))).uri).not.toBe(uri);
  });

  it('comes back as it was, whatever is in it', async () => {
    const name = fc
      .oneof(fc.constantFrom('a', 'b', 'é x', '.h', '-', '%2e', '#'), fc.stringMatching(/^[^/\0]{1,20}$/))
      .filter((each) => each !== '.' && each !== '..' && Buffer.from(each).toString() === each);
    const path = fc.array(name, { minLength: 1, maxLength: 4 });
    const leaf = fc.oneof(
      fc.record({
        kind: fc.constant('file' as const),
        content: fc.string({ maxLength: 50 }),
        mode: fc.constantFrom(0o644, 0o755, 0o600, 0o444),
      }),
      fc.record({ kind: fc.constant('folder' as const), mode: fc.constantFrom(0o755, 0o700, 0o555) }),
      fc.record({ kind: fc.constant('link' as const), to: name }),
    );
    let trees = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(path, leaf), { maxLength: 12 }), async (made) => {
        trees += 1;
        const root = join(base, `tree-${trees}`);
        await mkdir(root);
        const folders: [string, number][] = [];
        for (const [steps, each] of made) {
          const at = join(root, ...steps);
          // What cannot be made because another is in the way is not.
          await (async () => {
            await mkdir(join(at, '..'), { recursive: true });
            if (each.kind === 'file') await writeFile(at, each.content, { flag: 'wx', mode: each.mode });
            else if (each.kind === 'link') await symlink(each.to, at);
            else {
              await mkdir(at, { recursive: true });
              folders.push([at, each.mode]);
            }
          })().catch(() => undefined);
        }
        for (const [at, mode] of folders.reverse()) await chmod(at, mode).catch(() => undefined);
        const there = join(base, `there-${trees}`);
        await (await Directory.fromLocal(root)).download(there);
        expect(await look(there)).toEqual(await look(root));
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['../outside', 'l'],
    ['/etc/passwd', 'l'],
    ['sub/../../outside', 'l'],
    ['../../outside', 'sub/l'],
    // Only its own links show that it leads out.
    ['inner/../../outside', 'sub/l'],
  ])('refuses a link that leads out, by name: %s', async (target, path) => {
    const root = await sample();
    if (target.startsWith('inner')) await symlink('..', join(root, 'sub/inner'));
    await symlink(target, join(root, path));
    await expect(Directory.fromLocal(root)).rejects.toMatchObject({
      code: 'AMBIT_DIRECTORY_LINK',
      message: expect.stringContaining(`The link "${path}" leads out of the directory ${root}, to ${target}`) as string,
    });
  });

  it('refuses what is neither file nor folder, by name', async () => {
    const root = await sample();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(root, 'sub/socket'), resolve));
    try {
      await expect(Directory.fromLocal(root)).rejects.toMatchObject({
        code: 'AMBIT_DIRECTORY_ENTRY',
        message: expect.stringContaining('"sub/socket"') as string,
      });
    } finally {
      server.close();
    }
  });

  it('says what is wrong with a path that is no folder', async () => {
    await writeFile(join(base, 'file'), '');
    await expect(Directory.fromLocal(join(base, 'file'))).rejects.toMatchObject({
      code: 'AMBIT_FILE_SOURCE',
      message: expect.stringContaining('it is no folder') as string,
    });
    await expect(Directory.fromLocal(join(base, 'nowhere'))).rejects.toMatchObject({
      code: 'AMBIT_FILE_SOURCE',
      message: expect.stringContaining('there is no such directory') as string,
    });
  });

  it('is never put over what is there, and half of it is never seen', async () => {
    const stored = await Directory.fromLocal(await sample());
    const there = join(base, 'there');
    await mkdir(there);
    await writeFile(join(there, 'mine'), 'mine');
    await expect(stored.download(there)).rejects.toMatchObject({ code: 'AMBIT_FILE_DOWNLOAD' });
    expect(await look(there)).toEqual({ mine: 'file 644 mine' });
    await rm(join(base, 'store'), { recursive: true });
    const fresh = Directory.fromUri(stored.uri);
    await expect(fresh.download(join(base, 'new'))).rejects.toMatchObject({ code: 'AMBIT_OBJECT_MISSING' });
    expect((await readdir(base)).sort()).toEqual(['sample', 'there']);
  });

  it('may be put into an empty folder', async () => {
    const there = join(base, 'there');
    await mkdir(there);
    await (await Directory.fromLocal(await sample())).download(there);
    expect(await readdir(there)).toContain('a.txt');
  });

  it('lies under a path of its own while it is used, always the same', async () => {
    const stored = await Directory.fromLocal(await sample());
    const [one, two] = await Promise.all([stored.path(), stored.path()]);
    expect(one).toBe(two);
    expect(await stored.path()).toBe(one);
    expect(await look(one)).toEqual(await look(join(base, 'sample')));
  });

  it('is recognised as one of another copy of this package', async () => {
    const { uri } = await Directory.fromLocal(await sample());
    const foreign = { [Symbol.for('ambit.tree/1')]: { uri, name: 'x' } };
    expect(foreign).toBeInstanceOf(Directory);
    expect(directoryFactsOf(foreign)?.name).toBe('x');
    for (const other of [{}, null, 'x', File.newRemote()]) expect(other instanceof Directory).toBe(false);
  });
});

describe('the files of a directory', () => {
  it('are read by their path, through links too', async () => {
    const stored = await Directory.fromLocal(await sample());
    const file = stored.file('inner/up');
    expect([file.name, file.uri]).toEqual(['inner/up', `${stored.uri}/inner/up`]);
    expect(await file.text()).toBe('a');
    expect(await File.fromUri(file.uri).text()).toBe('a');
    expect([file.size, file.sha256]).toEqual([1, (await File.from('a')).sha256]);
  });

  it('that are not there, or are folders, are an error that says so', async () => {
    const stored = await Directory.fromLocal(await sample());
    for (const path of ['nope', 'sub', 'dangling'])
      await expect(stored.file(path).text()).rejects.toMatchObject({
        code: 'AMBIT_DIRECTORY_NO_FILE',
        message: expect.stringContaining(`"${path}"`) as string,
      });
    for (const path of ['../a', '/a', 'a/../../b', '', '.'])
      expect(() => stored.file(path)).toThrow(expect.objectContaining({ code: 'AMBIT_DIRECTORY_PATH' }) as Error);
  });

  it('are all of them, or those that a pattern means', async () => {
    const root = await sample();
    for (const directory of [await Directory.fromLocal(root), Directory.fromUri(pathToFileURL(root).href)]) {
      expect(await namesOf(directory)).toEqual(['a.txt', 'sub/run.sh', 'sub/up']);
      expect(await namesOf(directory, '**/*.sh')).toEqual(['sub/run.sh']);
      expect(await namesOf(directory, '*')).toEqual(['a.txt']);
      for await (const file of directory.files('a.*')) expect(await file.text()).toBe('a');
    }
    await expect(namesOf(await Directory.fromLocal(root), '{a')).resolves.toEqual([]);
    await expect(namesOf(await Directory.fromLocal(root), '[z-a]')).rejects.toMatchObject({ code: 'AMBIT_DIRECTORY_GLOB' });
  });

  it('go into a folder with their paths', async () => {
    for await (const file of (await Directory.fromLocal(await sample())).files('**/*.sh'))
      expect(await file.download(`${base}/out/`)).toBe(`${base}/out/sub/run.sh`);
    expect(await readFile(join(base, 'out/sub/run.sh'), 'utf8')).toBe('#!/bin/sh\n');
  });
});

describe('a folder that is filled by its path', () => {
  it('has its own, empty folder, and tells what is in it now', async () => {
    const [one, two] = [await Directory.newLocal(), await Directory.newLocal()];
    expect(await one.path()).not.toBe(await two.path());
    expect(await readdir(await one.path())).toEqual([]);
    await mkdir(join(await one.path(), 'deep'));
    await writeFile(join(await one.path(), 'deep/x'), 'x');
    expect(await one.file('deep/x').text()).toBe('x');
    expect(await namesOf(one)).toEqual(['deep/x']);
    await one.download(join(base, 'copy'));
    expect(await look(join(base, 'copy'))).toMatchObject({ 'deep/x': 'file 644 x' });
  });
});

describe('a stored table of contents that no folder could have had', () => {
  it.each([
    ['a path that leads out', '["file","../x",420,1,"HASH"]'],
    ['an absolute path', '["file","/x",420,1,"HASH"]'],
    ['a file in no folder', '["file","no/x",420,1,"HASH"]'],
    ['a file behind a link', '["link","l","."]\n["file","l/x",420,1,"HASH"]'],
    ['a link that leads out', '["link","l","../.."]'],
    ['a path twice', '["folder","x",493]\n["link","x","y"]'],
    ['a mode with more than rights', '["file","x",2541,1,"HASH"]'],
    ['no entry', '{}'],
    ['no JSON', 'x'],
  ])('is refused: %s', async (_, lines) => {
    const file = await File.from(`ambit-tree/1\n${lines.replaceAll('HASH', '0'.repeat(64))}\n`);
    const directory = Directory.fromUri(`ambit://directory/${file.sha256}`);
    await expect(directory.download(join(base, 'there'))).rejects.toMatchObject({ code: 'AMBIT_DIRECTORY_DAMAGED' });
  });

  it('is refused where it is a file', async () => {
    const { sha256 } = await File.from('hello\n');
    await expect(Directory.fromUri(`ambit://directory/${sha256}`).path()).rejects.toMatchObject({ code: 'AMBIT_DIRECTORY_DAMAGED' });
  });
});

describe('a glob', () => {
  it.each([
    ['*.fq', ['a.fq', '.fq'], ['a.fqx', 'd/a.fq', 'afq']],
    ['**/*.fq', ['a.fq', 'd/a.fq', 'd/e/a.fq'], ['a.fqx']],
    ['reads/**', ['reads/a', 'reads/b/c'], ['reads', 'other/a']],
    ['a?c.{fq,fa.gz}', ['abc.fq', 'abc.fa.gz'], ['abc.fa', 'a/c.fq', 'ac.fq']],
    ['[a-c]x[!0-9]', ['axz', 'cx-'], ['dxz', 'ax1', 'ax/']],
    ['a\\*b(1)+', ['a*b(1)+'], ['axb(1)+']],
    ['a,b}', ['a,b}'], ['a']],
  ])('%s', (glob, yes, no) => {
    for (const path of yes) expect([path, globPattern(glob).test(path)]).toEqual([path, true]);
    for (const path of no) expect([path, globPattern(glob).test(path)]).toEqual([path, false]);
  });
});
