import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FILES, setGlobal } from '../../src/runtime/brands.ts';
import { File, fileFactsOf } from '../../src/runtime/index.ts';
import { temporaryFiles } from '../../src/runtime/temporary-files.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ambit-files-test-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));
beforeEach(() => setGlobal(FILES, temporaryFiles(directory)));
afterEach(() => setGlobal(FILES, undefined));

const written = (data: Parameters<File['write']>[0], name?: string): Promise<File> => File.newRemote(name).write(data);

async function* pieces(...parts: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield part as Uint8Array;
}

describe('a file', () => {
  it('is known by its content once it is written', async () => {
    const file = await written('hello', 'a.txt');
    expect(file.uri).toBe('ambit://sha256/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824');
    expect([file.name, file.size, file.uri.endsWith(file.sha256 ?? '?')]).toEqual(['a.txt', 5, true]);
    expect((await written(pieces('hel', 'lo'), 'b.txt')).uri).toBe(file.uri);
  });

  it('gives back what was written, from its uri too', async () => {
    const bytes = new Uint8Array([0, 255, 10, 13, 128]);
    const file = await written(pieces(bytes.subarray(0, 2), bytes.subarray(2)));
    expect(await file.bytes()).toEqual(bytes);
    expect(await File.fromUri(file.uri).bytes()).toEqual(bytes);
    const streamed: number[] = [];
    for await (const chunk of file.stream()) streamed.push(...chunk);
    expect(streamed).toEqual([...bytes]);
  });

  it('is written once', async () => {
    const file = await written('a');
    await expect(file.write('b')).rejects.toMatchObject({ code: 'AMBIT_FILE_WRITTEN' });
    const twice = File.newRemote();
    const first = twice.write('a');
    await expect(twice.write('b')).rejects.toMatchObject({ code: 'AMBIT_FILE_WRITTEN' });
    expect(await (await first).text()).toBe('a');
  });

  it('may be written again where writing it failed, and leaves nothing behind', async () => {
    const before = await readdir(directory);
    const file = File.newRemote('x');
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(3);
      throw new RangeError('no more');
    };
    await expect(file.write(broken())).rejects.toThrow('no more');
    expect(await readdir(directory)).toEqual(before);
    expect(await (await file.write('then')).text()).toBe('then');
  });

  it('has no uri and no content before', async () => {
    const file = File.newRemote('later.txt');
    expect(() => file.uri).toThrow(expect.objectContaining({ code: 'AMBIT_FILE_NOT_WRITTEN' }) as Error);
    await expect(file.text()).rejects.toMatchObject({ code: 'AMBIT_FILE_NOT_WRITTEN' });
  });

  it('refuses what is neither text nor bytes', async () => {
    await expect(written(pieces(3 as never))).rejects.toMatchObject({ code: 'AMBIT_FILE_DATA' });
  });

  it.each(['s3://bucket/key', 'https://x.org/a', 'file://host/a', 'ambit://sha256/12', `ambit://directory/${'0'.repeat(64)}`, ''])(
    'refuses a uri that names no file, and says which do: %j',
    (uri) => {
      const error = expect.objectContaining({ code: 'AMBIT_FILE_URI', hint: expect.stringContaining('file:///') as string }) as Error;
      expect(() => File.fromUri(uri)).toThrow(error);
    },
  );

  it('says so where the content is not there', async () => {
    const file = File.fromUri(`ambit://sha256/${'0'.repeat(64)}`);
    await expect(file.text()).rejects.toMatchObject({ code: 'AMBIT_OBJECT_MISSING' });
  });

  it('reads JSON, and says which file holds none', async () => {
    expect(await (await written('{"a":[1]}')).json()).toEqual({ a: [1] });
    await expect((await written('{', 'broken.json')).json()).rejects.toMatchObject({
      code: 'AMBIT_FILE_NOT_JSON',
      message: expect.stringContaining('broken.json') as string,
    });
  });

  it('is recognised as one of another copy of this package', () => {
    const foreign = { [Symbol.for('ambit.file/1')]: { name: 'x', uri: `ambit://sha256/${'1'.repeat(64)}` } };
    expect(foreign).toBeInstanceOf(File);
    expect(fileFactsOf(foreign)?.name).toBe('x');
    for (const other of [{}, null, undefined, 'x', new Blob([])]) expect(other instanceof File).toBe(false);
  });
});

describe('a file of this machine', () => {
  let local: string;
  beforeEach(async () => {
    local = join(directory, 'own/reads.fq.gz');
    await mkdir(join(directory, 'own'), { recursive: true });
    await writeFile(local, 'reads');
  });

  it('is stored by its path, with its name', async () => {
    for (const path of [local, pathToFileURL(local)]) {
      const file = await File.fromLocal(path);
      await writeFile(local, 'changed');
      expect([file.name, file.size, await file.text()]).toEqual(['reads.fq.gz', 5, 'reads']);
      await writeFile(local, 'reads');
    }
  });

  it('is read where it lies, by its uri', async () => {
    const file = File.fromUri(pathToFileURL(local).href);
    expect([file.name, file.sha256, await file.path()]).toEqual(['reads.fq.gz', undefined, local]);
    expect(await file.text()).toBe('reads');
    await file.download(join(directory, 'copied'));
    expect(await readFile(join(directory, 'copied'), 'utf8')).toBe('reads');
  });

  it.each([
    ['nowhere', 'there is no such file'],
    ['own', 'it is a folder'],
  ])('that cannot be read is an error that says why: %s', async (name, why) => {
    const error = { code: 'AMBIT_FILE_SOURCE', message: expect.stringContaining(why) as string };
    await expect(File.fromLocal(join(directory, name))).rejects.toMatchObject(error);
    await expect(File.fromUri(pathToFileURL(join(directory, name)).href).text()).rejects.toMatchObject(error);
  });
});

describe('the content of a file as a path', () => {
  it('has the name of the file, and cannot harm what is stored', async () => {
    const file = await written('content', 'sub/reads.fq');
    const path = await file.path();
    expect(path).toMatch(/\/reads\.fq$/);
    expect(await file.path()).toBe(path);
    expect((await stat(path)).mode & 0o222).toBe(0);
    await writeFile(path, 'other').catch(() => undefined);
    expect(await file.text()).toBe('content');
  });

  it.each(['..', '', 'a/..', '\0'])('has a name also where the file has none that can be: %j', async (name) => {
    expect(await (await written('x', name)).path()).toMatch(/\/file$/);
  });
});

describe('a download', () => {
  it('goes to the path, into a folder under the name, and over an older one', async () => {
    const file = await written('new', 'a.txt');
    const into = join(directory, 'into');
    expect(await file.download(join(into, 'b.txt'))).toBe(join(into, 'b.txt'));
    expect(await file.download(into)).toBe(join(into, 'a.txt'));
    expect(await file.download(`${into}/deeper/`)).toBe(join(into, 'deeper/a.txt'));
    await writeFile(join(into, 'a.txt'), 'old and longer');
    await file.download(join(into, 'a.txt'));
    expect(await readFile(join(into, 'a.txt'), 'utf8')).toBe('new');
    expect((await stat(join(into, 'a.txt'))).mode & 0o200).toBe(0o200);
  });

  it.each([0o022, 0o077])('has the rights that new files have: umask %i', async (umask) => {
    const before = process.umask(umask);
    try {
      const path = await (await written('mine')).download(join(directory, `umask-${umask}`));
      expect((await stat(path)).mode & 0o777).toBe(0o666 & ~umask);
    } finally {
      process.umask(before);
    }
  });

  it('leaves nothing where the content is not there', async () => {
    const into = join(directory, 'none');
    await expect(File.fromUri(`ambit://sha256/${'0'.repeat(64)}`).download(join(into, 'x'))).rejects.toMatchObject({
      code: 'AMBIT_OBJECT_MISSING',
    });
    expect(await readdir(into)).toEqual([]);
  });

  it('says where it cannot go', async () => {
    const file = await written('x', 'x');
    await writeFile(join(directory, 'plain'), '');
    await expect(file.download(join(directory, 'plain/x'))).rejects.toMatchObject({ code: 'AMBIT_FILE_DOWNLOAD' });
  });
});

describe('the lines of a file', () => {
  const linesOf = async (file: File): Promise<string[]> => {
    const lines: string[] = [];
    for await (const line of file.lines()) lines.push(line);
    return lines;
  };

  it.each([
    ['', []],
    ['a', ['a']],
    ['a\n', ['a']],
    ['\n\na\r\nb\rc\r\n', ['', '', 'a', 'b\rc']],
    ['a\r', ['a']],
  ])('%j', async (text, lines) => {
    expect(await linesOf(await written(text))).toEqual(lines);
  });

  it('do not depend on how the bytes come', async () => {
    const text = fc.array(fc.constantFrom('a', 'é', '😀', '\n', '\r', '\r\n')).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 5 }), async (content, size) => {
        const bytes = new TextEncoder().encode(content);
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
        setGlobal(FILES, { ...temporaryFiles(directory), get: () => pieces(...chunks) });
        const expected = content.split('\n');
        if (expected.at(-1) === '') expected.pop();
        expect(await linesOf(File.fromUri(`ambit://sha256/${'0'.repeat(64)}`))).toEqual(expected.map((line) => line.replace(/\r$/, '')));
      }),
    );
  });
});
