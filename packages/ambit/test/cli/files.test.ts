import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { chmod, lstat, mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestProject } from './test-project.ts';

const main = `import { writeFile } from 'node:fs/promises';
import { Directory, File, TaskEnvironment } from 'ambit';
const inner = new TaskEnvironment({ name: 'inner' });
const env = new TaskEnvironment({ name: 'e', dependsOn: [inner] });
export const count = env.task('count', async (reads: File) => [reads.name, (await reads.text()).length]);
export const list = env.task('list', async (data: Directory) => {
  const names: string[] = [];
  for await (const { name } of data.files()) names.push(name);
  return [data.name, names];
});
export const named = inner.task('named', async (data: Directory, name: string) => data.file(name).text());
export const fill = env.task('fill', async (text: string) => {
  const made = await Directory.newLocal();
  await writeFile(await made.path() + '/a.txt', text);
  return [await named(made, 'a.txt'), made];
});
export const results = env.task('results', async (text: string) => ({
  one: await File.from(text, 'out.txt'), list: [await File.from('other ' + text, 'out.txt'), await File.from('deep', 'sub/deep.txt')],
  up: await File.from('up', '../../up.txt'),
}));
export const echo = env.task('echo', async (data: Directory) => data);
export const twice = env.task('twice', async (text: string) => (await named2(text)) + text);
export const named2 = inner.task('named2', async (text: string) => text.toUpperCase());
export const fails = env.task('fails', async () => { throw new Error('no'); });
`;

let project: TestProject;
beforeAll(async () => {
  project = await TestProject.make({
    'main.ts': main,
    'reads.fq': '@r\nACGT\n',
    'data/a.txt': 'a',
    'data/sub/b.txt': 'b',
    'out-file': '',
    'wrong/x': '',
  });
  await mkdir(at('data/empty'));
  await chmod(at('data/a.txt'), 0o755);
  await symlink('sub/b.txt', at('data/link'));
  await symlink('/etc', at('wrong/out'));
});
afterAll(() => project.remove());

const at = (path: string): string => join(project.folder, path);
const run = (...words: string[]): ReturnType<TestProject['ambit']> => project.ambit(['run', 'main.ts', ...words]);
async function result(...words: string[]): Promise<unknown> {
  const { code, stdout, stderr } = await run('-q', ...words);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

describe('a file or directory as an argument', () => {
  it('is given by its path, or by a uri', async () => {
    expect(await result('count', '--reads', './reads.fq')).toEqual(['reads.fq', 8]);
    expect(await result('count', '--reads', `file://${at('reads.fq')}`)).toEqual(['reads.fq', 8]);
    expect(await result('list', '--data', './data')).toEqual(['data', ['a.txt', 'link', 'sub/b.txt']]);
    const [, { $directory: uri }] = (await result('fill', '--text', 'filled')) as [string, { $directory: string }];
    expect(await result('list', '--data', uri)).toEqual(['directory', ['a.txt']]);
  });

  it('is given in the input, by path or with its tag', async () => {
    await project.write({
      'path.json': '{"reads": "./reads.fq"}',
      'tag.json': JSON.stringify({ reads: { $file: `file://${at('reads.fq')}` } }),
      'tree.json': JSON.stringify([{ $directory: `file://${at('data')}` }]),
    });
    expect(await result('count', '--input', '@path.json')).toEqual(['reads.fq', 8]);
    expect(await result('count', '--input', '@tag.json')).toEqual(['reads.fq', 8]);
    expect(await result('list', '--input', '@tree.json')).toEqual(['data', ['a.txt', 'link', 'sub/b.txt']]);
  });

  it.each([
    [['count', '--reads', './nowhere'], '--reads names ./nowhere, which cannot be read: there is no such file.'],
    [['count', '--reads', 'data'], '--reads names data, which cannot be read: it is a folder, and a file is wanted.'],
    [['list', '--data', 'reads.fq'], '--data names reads.fq, which cannot be read: it is no folder, and a directory is wanted.'],
    [['list', '--data', 'none'], '--data names none, which cannot be read: there is no such directory.'],
    [['list', '--data', 'wrong'], 'The link "out" leads out of the directory'],
    [['count', '--reads', 's3://bucket/reads.fq'], 'is a s3: uri, and nothing here reads those.'],
    [['count', '--reads', 'file:///nowhere'], 'there is no such file'],
    [['count', '--input', '-'], 'and the task takes a file'],
    [['count', '--reads', 'reads.fq', '--out', 'out-file'], '--out is out-file, which cannot be used: '],
  ])('is refused where it cannot be, and nothing runs: %j', async (words, message) => {
    const ended = await project.ambit(['run', 'main.ts', ...words], {
      stdin: '{"reads": {"$directory": "ambit://directory/' + '0'.repeat(64) + '"}}',
    });
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code: 2, stdout: '' });
    expect(ended.stderr).toContain(message);
    expect(ended.stderr).not.toMatch(/^ +at /m);
  });
});

describe('a value of more than 256 KiB', () => {
  it('travels, and is in the record where it lies', async () => {
    await project.write({ 'large.json': JSON.stringify(['a'.repeat(300_000)]) });
    expect(await run('twice', '--input', '@large.json', '-q')).toMatchObject({
      code: 0,
      stdout: `${'A'.repeat(300_000)}${'a'.repeat(300_000)}\n`,
    });
    const shown = await project.ambit(['runs', 'show', '--json']);
    const { result, actions } = JSON.parse(shown.stdout) as { result: string; actions: { input: string[]; result: string }[] };
    expect([result.length, actions[1]!.input[0]!.length, actions[1]!.result.length]).toEqual([600_000, 300_000, 300_000]);
    expect((await project.ambit(['runs', 'wait'])).stdout).toHaveLength(600_001);
    const [record] = (await readdir(join(project.env.AMBIT_STATE, 'runs')))
      .filter((name) => name.endsWith('.db'))
      .map((name) => join(project.env.AMBIT_STATE, 'runs', name))
      .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
    expect(statSync(record!).size).toBeLessThan(200_000);
  });
});

describe('--out', () => {
  it('has the files of the result under their names, and changes nothing of what is printed', async () => {
    const { code, stdout, stderr } = await run('results', '--text', 'x', '--json', '--out', 'got');
    expect(code).toBe(0);
    const sha256 = createHash('sha256').update('x').digest('hex');
    expect(JSON.parse(stdout)).toMatchObject({ version: 1, result: { one: { $file: `ambit://sha256/${sha256}`, size: 1, sha256 } } });
    const texts = await Promise.all(['out.txt', 'out-2.txt', 'sub/deep.txt', 'up.txt'].map((name) => readFile(at(`got/${name}`), 'utf8')));
    expect(texts).toEqual(['x', 'other x', 'deep', 'up']);
    expect(stderr).toContain('saved got/out-2.txt: got/out.txt was there');
    expect((await readdir(at('got'))).sort()).toEqual(['out-2.txt', 'out.txt', 'sub', 'up.txt']);
  });

  it('loses nothing that is there, and keeps what is the same', async () => {
    await mkdir(at('mine'));
    await writeFile(at('mine/out.txt'), 'mine');
    await writeFile(at('mine/other.txt'), 'mine');
    for (let times = 0; times < 2; times += 1) expect((await run('results', '--text', 'x', '-q', '--out', 'mine')).code).toBe(0);
    expect((await readdir(at('mine'))).sort()).toEqual(['other.txt', 'out-2.txt', 'out-3.txt', 'out.txt', 'sub', 'up.txt']);
    expect(await readFile(at('mine/out.txt'), 'utf8')).toBe('mine');
  });

  it('has directories as they were, once', async () => {
    for (let times = 0; times < 2; times += 1) await result('echo', '--data', 'data', '--out', 'trees');
    expect(await readdir(at('trees'))).toEqual(['data']);
    expect((await readdir(at('trees/data'))).sort()).toEqual(['a.txt', 'empty', 'link', 'sub']);
    expect((await lstat(at('trees/data/a.txt'))).mode & 0o777).toBe(0o755);
    expect((await lstat(at('trees/data/link'))).isSymbolicLink()).toBe(true);
  });

  it('is not made where the task failed', async () => {
    expect((await run('fails', '--out', 'never')).code).toBe(1);
    expect(await readdir(project.folder)).not.toContain('never');
  });
});
