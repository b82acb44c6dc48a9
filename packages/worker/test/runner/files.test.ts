import { createHash } from 'node:crypto';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Directory, File } from '../../src/runtime/index.ts';
import { decodeArgs, decodeValue, encodeArgs, inputDigest, largeValueOf } from '../../src/values/index.ts';
import { valueOf } from './runner-process.ts';
import type { RunnerProcess } from './runner-process.ts';
import { useRunner } from './use-runner.ts';

let runner: RunnerProcess;
useRunner((each) => {
  runner = each;
  return each.load(tasks);
});

const tasks = `
  import { symlink, writeFile } from 'node:fs/promises';
  import { Directory, File, defineTask, step, task } from '#ambit/runtime';
  defineTask('main_env.write', async (text) => File.newRemote('out.txt').write(text));
  defineTask('main_env.write_parts', async () => File.newRemote('parts').write((async function* () { yield 'a'; yield Buffer.from('b'); })()));
  defineTask('main_env.write_broken', async () => File.newRemote('x').write((async function* () { yield 'a'; throw new Error('source'); })()));
  defineTask('main_env.write_numbers', async () => File.newRemote('x').write((async function* () { yield 1; })()));
  defineTask('main_env.read', async (file) => [file instanceof File, await file.text()]);
  defineTask('main_env.path', async (file) => [await file.path(), await file.path()]);
  defineTask('main_env.fill', async (target) => {
    const directory = await Directory.newLocal();
    await writeFile(await directory.path() + '/a.txt', 'a');
    if (target === 'link') await symlink('/etc', await directory.path() + '/out');
    if (target === 'step') await step('filled', () => directory);
    return target === 'call' ? task('other.task')(directory, 1) : directory;
  });
  defineTask('main_env.left', async () => { void task('other.task')(await Directory.newLocal()).catch(() => undefined); throw new Error('left'); });
  defineTask('main_env.large', async (length) => 'x'.repeat(length));
  defineTask('main_env.lengths', async (text) => [text.length, (await task('other.task')(text)).length]);
  defineTask('main_env.unwritten', async () => File.newRemote('later'));
`;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('a file that a task writes', () => {
  it('lies in the drafts folder, hashed, and is a value once the supervisor has it', async () => {
    const action = runner.begin('main_env.write', ['content']);
    const put = await runner.next('file.put');
    expect(put).toMatchObject({ digest: `sha256:${sha256('content')}`, size: 7 });
    expect(dirname(put.path)).toBe(runner.directory);
    expect(await readFile(put.path, 'utf8')).toBe('content');
    runner.send({ type: 'file.put.done', request: put.request });
    const file = valueOf((await runner.ended(action)).outcome) as File;
    expect(file).toBeInstanceOf(File);
    expect([file.name, file.size, file.sha256]).toEqual(['out.txt', 7, sha256('content')]);
  });

  it('may come in parts, text and bytes', async () => {
    runner.begin('main_env.write_parts');
    expect(await runner.next('file.put')).toMatchObject({ digest: `sha256:${sha256('ab')}`, size: 2 });
  });

  it('fails the write where it cannot be stored, and says why', async () => {
    const action = runner.begin('main_env.write', ['x']);
    const { request } = await runner.next('file.put');
    runner.send({ type: 'file.put.done', request, error: 'the disk is full' });
    expect((await runner.ended(action)).outcome).toMatchObject({
      status: 'failed',
      message: 'Content of 1 bytes could not be stored: the disk is full.',
      error: { code: 'AMBIT_FILE_NOT_STORED' },
    });
  });

  it('leaves no draft where its data breaks off, or is no data', async () => {
    expect(await runner.run('main_env.write_broken')).toMatchObject({ status: 'failed', message: 'Error: source' });
    expect(await runner.run('main_env.write_numbers')).toMatchObject({ status: 'failed', error: { code: 'AMBIT_FILE_DATA' } });
    expect(await readdir(runner.directory)).toEqual(['bundle']);
  });

  it('cannot be a result before it is written', async () => {
    expect(await runner.run('main_env.unwritten')).toMatchObject({
      code: 'AMBIT_VALUE_REFUSED',
      message: 'result is a file that was not written',
    });
  });
});

describe('a file that a task is given', () => {
  const file = File.fromUri(`ambit://sha256/${sha256('hello')}`);

  it('is read from where the supervisor has it, when it is read', async () => {
    const path = join(runner.directory, 'stored');
    await writeFile(path, 'hello');
    const action = runner.begin('main_env.read', [file]);
    const get = await runner.next('file.get');
    expect(get.digest).toBe(`sha256:${sha256('hello')}`);
    runner.send({ type: 'file.got', request: get.request, path });
    expect(valueOf((await runner.ended(action)).outcome)).toEqual([true, 'hello']);
  });

  it('fails the read where nobody has it', async () => {
    const action = runner.begin('main_env.read', [file]);
    const { request } = await runner.next('file.get');
    runner.send({ type: 'file.got', request, error: 'the store does not know it' });
    const { outcome } = await runner.ended(action);
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'AMBIT_OBJECT_MISSING' } });
    expect((outcome as { message: string }).message).toContain('the store does not know it');
  });
});

describe('the path of a file in a task', () => {
  it('is in the folder of the attempt, under its name, and one', async () => {
    const stored = join(runner.directory, 'stored');
    await writeFile(stored, 'hello');
    const file = File.fromFacts({ uri: `ambit://sha256/${sha256('hello')}`, name: 'hello.txt' });
    const action = runner.begin('main_env.path', [file]);
    const { request } = await runner.next('file.get');
    runner.send({ type: 'file.got', request, path: stored });
    const [one, two] = valueOf((await runner.ended(action)).outcome) as string[];
    expect([one, dirname(dirname(one!))]).toEqual([two, join(runner.directory, 'scratch')]);
    expect(one).toMatch(/\/hello\.txt$/);
  });
});

describe('a directory that a task fills', () => {
  /** As a supervisor that takes all files; answers what is in them. */
  const takeFiles = async (count: number): Promise<string[]> => {
    const contents: string[] = [];
    const taken = new Set<number>();
    while (taken.size < count) {
      const put = await runner.next('file.put', ({ request }) => !taken.has(request));
      taken.add(put.request);
      contents.push(await readFile(put.path, 'utf8'));
      runner.send({ type: 'file.put.done', request: put.request });
    }
    return contents;
  };
  const table = `ambit-tree/1\n["file","a.txt",420,1,"${sha256('a')}"]\n`;
  const uri = `ambit://directory/${sha256(table)}`;

  it('is stored when it is returned', async () => {
    const action = runner.begin('main_env.fill');
    expect(await takeFiles(2)).toEqual(['a', table]);
    const directory = valueOf((await runner.ended(action)).outcome) as Directory;
    expect(directory).toBeInstanceOf(Directory);
    expect(directory.uri).toBe(uri);
  });

  it('is stored when it is handed to another task, before that is called', async () => {
    const action = runner.begin('main_env.fill', ['call']);
    await takeFiles(1);
    expect(runner.messages.some(({ type }) => type === 'call')).toBe(false);
    await runner
      .next('file.put', ({ digest }) => digest === `sha256:${sha256(table)}`)
      .then(({ request }) => runner.send({ type: 'file.put.done', request }));
    const call = await runner.call(action, 1);
    expect((decodeArgs(call.args)[0] as Directory).uri).toBe(uri);
    runner.succeed(call, 'well');
    expect(valueOf((await runner.ended(action)).outcome)).toBe('well');
  });

  it('is stored when a step gives it', async () => {
    const action = runner.begin('main_env.fill', ['step']);
    await takeFiles(4);
    expect((decodeValue((await runner.next('step')).value!) as Directory).uri).toBe(uri);
    await runner.ended(action);
  });

  it('fails the task where it cannot be stored', async () => {
    expect(await runner.run('main_env.fill', ['link'])).toMatchObject({ status: 'failed', failure: 'user', code: 'AMBIT_DIRECTORY_LINK' });
    const action = runner.begin('main_env.fill', ['call']);
    const { request } = await runner.next('file.put');
    runner.send({ type: 'file.put.done', request, error: 'full' });
    expect((await runner.ended(action)).outcome).toMatchObject({ status: 'failed', error: { code: 'AMBIT_FILE_NOT_STORED' } });
  });

  it('fails the task for want of resources where the disk is full, a returned value like a file', async () => {
    const full = { status: 'failed', failure: 'resources', code: 'AMBIT_NO_SPACE' };
    let last = 0;
    for (const task of ['fill', 'large'] as const) {
      const action = runner.begin(`main_env.${task}`, [task === 'fill' ? 'call' : 300_000]);
      const { request } = await runner.next('file.put', (put) => put.request > last);
      last = request;
      runner.send({ type: 'file.put.done', request, error: 'ENOSPC: no space left on device, write' });
      expect((await runner.ended(action)).outcome).toMatchObject(full);
    }
  });

  it('and that nobody waits for any more is not told of', async () => {
    const action = runner.begin('main_env.left');
    expect((await runner.ended(action)).outcome).toMatchObject({ status: 'failed', message: 'Error: left' });
    expect(runner.messages.filter(({ type }) => type.startsWith('call'))).toEqual([]);
  });
});

describe('a value of more than 256 KiB', () => {
  const large = 'x'.repeat(300_000);

  it('that a task returns lies in a file, and what is told is where', async () => {
    const action = runner.begin('main_env.large', [300_000]);
    const put = await runner.next('file.put');
    expect(await readFile(put.path, 'utf8')).toBe(JSON.stringify(large));
    runner.send({ type: 'file.put.done', request: put.request });
    const { outcome } = await runner.ended(action);
    expect(outcome.status === 'succeeded' && largeValueOf(outcome.value)).toEqual({ digest: put.digest, size: put.size });
  });

  it('that a task is given, and that another gives it, is read where it lies', async () => {
    const path = join(runner.directory, 'large');
    await writeFile(path, JSON.stringify([large]));
    const told = `^${JSON.stringify({ digest: 'sha256:args', size: 300_004, input: 'sha256:1' })}`;
    runner.send({
      type: 'attempt',
      action: 'l1',
      attempt: 1,
      task: 'main_env.lengths',
      args: told,
      directory: runner.directory,
      scratch: runner.directory,
    });
    const get = await runner.next('file.get', ({ digest }) => digest === 'sha256:args');
    runner.send({ type: 'file.got', request: get.request, path });
    const put = await runner.next('file.put');
    runner.send({ type: 'file.put.done', request: put.request });
    const call = await runner.call('l1', 1);
    expect(inputDigest(call.args)).toBe(inputDigest(encodeArgs([large])));
    await writeFile(path, JSON.stringify(`${large}y`));
    runner.answer(call, { status: 'succeeded', value: `^${JSON.stringify({ digest: 'sha256:result', size: 300_003 })}` });
    const again = await runner.next('file.get', ({ digest }) => digest === 'sha256:result');
    runner.send({ type: 'file.got', request: again.request, path });
    expect(valueOf((await runner.ended('l1')).outcome)).toEqual([300_000, 300_001]);
  });

  it('that is gone fails the call that gave it', async () => {
    const action = runner.begin('main_env.lengths', ['short']);
    const call = await runner.call(action, 1);
    runner.answer(call, { status: 'succeeded', value: `^${JSON.stringify({ digest: 'sha256:gone', size: 300_003 })}` });
    const { request } = await runner.next('file.get');
    runner.send({ type: 'file.got', request, error: 'it was deleted' });
    expect((await runner.ended(action)).outcome).toMatchObject({ status: 'failed', error: { code: 'AMBIT_OBJECT_MISSING' } });
  });
});
