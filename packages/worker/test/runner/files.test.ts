import { createHash } from 'node:crypto';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { File } from '../../src/runtime/index.ts';
import { valueOf } from './runner-process.ts';
import type { RunnerProcess } from './runner-process.ts';
import { useRunner } from './use-runner.ts';

let runner: RunnerProcess;
useRunner((each) => {
  runner = each;
  return each.load(tasks);
});

const tasks = `
  import { File, defineTask } from '#ambit/runtime';
  defineTask('main_env.write', async (text) => File.newRemote('out.txt').write(text));
  defineTask('main_env.write_parts', async () => File.newRemote('parts').write((async function* () { yield 'a'; yield Buffer.from('b'); })()));
  defineTask('main_env.write_broken', async () => File.newRemote('x').write((async function* () { yield 'a'; throw new Error('source'); })()));
  defineTask('main_env.write_numbers', async () => File.newRemote('x').write((async function* () { yield 1; })()));
  defineTask('main_env.read', async (file) => [file instanceof File, await file.text()]);
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
      message: 'A file of 1 bytes could not be stored: the disk is full.',
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
