import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadedTask, Parameter } from '@ambit/bundler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Said } from '../../src/cli/global-flags.ts';
import { splitWords } from '../../src/cli/split-words.ts';
import { taskArguments } from '../../src/cli/task-arguments.ts';
import { parseTaskWords, runFlags } from '../../src/cli/task-flags.ts';

const parameter = (name: string, kind: Parameter['kind'], rest: Partial<Parameter> = {}): Parameter => ({
  name,
  kind,
  optional: false,
  rest: false,
  ...rest,
});

function task(...parameters: readonly Parameter[]): LoadedTask {
  return {
    definition: { id: 'e.main', name: 'main', policy: { retries: 0 } },
    environment: { name: 'e', resources: {}, env: {}, dependsOn: [], tasks: new Map() },
    parameters,
  };
}

function understand(of: LoadedTask, ...words: string[]): Promise<readonly unknown[]> {
  return understandBehind({}, of, ...words);
}

/** With flags of Ambit that stand before the task. */
function understandBehind(before: Said, of: LoadedTask, ...words: string[]): Promise<readonly unknown[]> {
  const parsed = parseTaskWords(words, of, 'main.ts main');
  const { input } = { ...before, ...parsed.said };
  return taskArguments(parsed, of, typeof input === 'string' ? input : undefined);
}

/** Takes any object. */
const schema = { input: { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } } } as never;

function withSchema(of: LoadedTask): LoadedTask {
  return { ...of, definition: { ...of.definition, schema } };
}

describe('the words behind a file', () => {
  it('begin with the target, before or behind flags of Ambit', () => {
    expect(splitWords(['main', '--n', '1'], runFlags())).toMatchObject({ target: 'main', words: ['--n', '1'], said: {} });
    expect(splitWords(['-q', '--name', 'x', 'main', '--n', '1'], runFlags())).toMatchObject({
      target: 'main',
      words: ['--n', '1'],
      before: { quiet: true, name: 'x' },
      said: { quiet: true, name: 'x' },
    });
    expect(splitWords(['--name', 'x', 'main', '--name', 'y'], runFlags())).toMatchObject({
      words: ['--name', 'y'],
      before: { name: 'x' },
      said: { name: 'y' },
    });
    expect(splitWords(['--json=events', 'main'], runFlags())).toMatchObject({ target: 'main', said: { jsonEvents: true } });
    expect(splitWords(['--profile=ci', 'main'], runFlags())).toMatchObject({ target: 'main' });
  });

  it('may have no target', () => {
    expect(splitWords(['--n', '1'], runFlags())).toEqual(expect.not.objectContaining({ target: expect.anything() as unknown }));
    expect(splitWords([], runFlags())).toEqual({ words: [], before: {}, said: {} });
    expect(splitWords(['--', 'main'], runFlags())).not.toHaveProperty('target');
  });
});

describe('parameters as flags', () => {
  it('have the kinds that the code says', async () => {
    const of = task(
      parameter('text', 'string'),
      parameter('n', 'number'),
      parameter('fast', 'boolean'),
      parameter('big', 'bigint'),
      parameter('when', 'date'),
      parameter('at', 'url'),
      parameter('model', 'enum', { values: ['small', 2] }),
      parameter('config', 'object'),
    );
    const args = await understand(
      of,
      '--text',
      'a b',
      '--n',
      '1.5',
      '--fast',
      '--big',
      '12',
      '--when',
      '2026-01-31',
      '--at',
      'https://example.org/a',
      '--model',
      '2',
      '--config',
      '{"a":{"$bigint":"1"}}',
    );
    expect(args).toEqual(['a b', 1.5, true, 12n, new Date('2026-01-31'), new URL('https://example.org/a'), 2, { a: 1n }]);
    await expect(understand(task(parameter('at', 'url')), '--at', 'example.org')).rejects.toThrow(
      '--at is example.org, which is no whole URL.',
    );
  });

  it('go by both spellings of their name', async () => {
    const of = task(parameter('maxHits', 'number'));
    expect(await understand(of, '--max-hits', '3')).toEqual([3]);
    expect(await understand(of, '--maxHits=3')).toEqual([3]);
  });

  it('repeat for lists and rest parameters', async () => {
    const of = task(parameter('tags', 'list', { of: { kind: 'number' } }), parameter('names', 'string', { rest: true }));
    expect(await understand(of, '--tags', '1', '--tags', '2', '--names', 'a', '--names', 'b')).toEqual([[1, 2], 'a', 'b']);
  });

  it('may be left out where the code allows that, and only there', async () => {
    const of = task(
      parameter('a', 'string'),
      parameter('b', 'number', { optional: true, default: '3' }),
      parameter('fast', 'boolean', { optional: true }),
    );
    expect(await understand(of, '--a', 'x')).toEqual(['x']);
    expect(await understand(of, '--a', 'x', '--no-fast')).toEqual(['x', undefined, false]);
    await expect(understand(of)).rejects.toMatchObject({
      code: 'AMBIT_INPUT_MISSING',
      message: 'A parameter has no value: --a.',
    });
  });

  it('win over flags of Ambit with the same name', async () => {
    const of = task(parameter('name', 'string'), parameter('json', 'string'));
    expect(await understand(of, '--name', 'x', '--json', 'y')).toEqual(['x', 'y']);
    const parsed = parseTaskWords(['--name=x', '--json=events', '-q', '--profile', 'ci'], of, 'main.ts main');
    expect(parsed.said).toEqual({ quiet: true, profile: 'ci' });
    expect([...parsed.parameters]).toEqual([
      ['name', 'x'],
      ['json', 'events'],
    ]);
  });

  it('may have names that look like others', async () => {
    const of = task(
      parameter('noCache', 'boolean', { optional: true }),
      parameter('cache', 'boolean', { optional: true }),
      parameter('noOfHits', 'number'),
      parameter('A', 'string'),
      parameter('a', 'string'),
      parameter('help', 'string'),
      parameter('constructor', 'string'),
    );
    const words = ['--no-of-hits', '2', '--A', 'x', '--a', 'y', '--help', 'z', '--constructor', 'c'];
    expect(await understand(of, ...words, '--no-cache')).toEqual([true, undefined, 2, 'x', 'y', 'z', 'c']);
    expect(await understand(of, ...words, '--no-no-cache', '--cache')).toEqual([false, true, 2, 'x', 'y', 'z', 'c']);
  });

  it('are the fields of the one object that a task takes', async () => {
    const config = parameter('config', 'object', {
      fields: [
        parameter('text', 'string'),
        parameter('maxHits', 'number', { optional: true }),
        parameter('when', 'date', { optional: true }),
      ],
    });
    expect(await understand(task(config), '--text', 'x', '--max-hits', '2')).toEqual([{ text: 'x', maxHits: 2 }]);
    await expect(understand(task(config), '--max-hits', '2')).rejects.toMatchObject({ code: 'AMBIT_INPUT_MISSING' });
    expect(await understand(task({ ...config, optional: true }))).toEqual([]);
    expect(await understand(task(config, parameter('n', 'number', { optional: true })), '--config', '{"text": "y"}')).toEqual([
      { text: 'y' },
    ]);
  });

  it('are checked by the schema of the task', async () => {
    const validate = (value: unknown): object => (value === 1 ? { value } : { issues: [{ message: 'must be one' }] });
    const schema = { input: { '~standard': { version: 1, vendor: 'test', validate } } } as never;
    const plain = task(parameter('n', 'number'));
    const checked = { ...plain, definition: { ...plain.definition, schema } };
    expect(await understand(checked, '--n', '1')).toEqual([1]);
    await expect(understand(checked, '--n', '2')).rejects.toThrow('must be one');
  });

  it.each([
    [['--n', 'ten'], '--n is ten, which is no number.'],
    [['--n', '1', '--n', '2'], 'given twice'],
    [['--m', '1'], "e.main has no parameter --m, and Ambit no such flag. Did you mean '--n'?"],
    [['--n'], 'argument missing'],
    [['--n', ''], '--n is empty, which is no number.'],
    [['--n', '1', 'more'], 'more belongs to none'],
    [['--n', '1', '--', '--x'], '--x belongs to none'],
  ])('are refused where they are wrong: %j', async (words, message) => {
    const result = Promise.resolve().then(() => understand(task(parameter('n', 'number')), ...words));
    await expect(result).rejects.toThrow(new RegExp(message.replace(/[.?()]/g, '\\$&'), 'i'));
  });
});

describe('all arguments at once', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ambit-input-'));
    await writeFile(join(folder, 'list.json'), '["x", 4, "2026-01-31"]');
    await writeFile(join(folder, 'object.json'), '{"n": 2, "a": "x"}');
    await writeFile(join(folder, 'wrong.json'), '{"b": 2}');
    await writeFile(join(folder, 'broken.json'), '{"b": ');
    await writeFile(join(folder, 'kind.json'), '["x", "four"]');
    await writeFile(join(folder, 'long.json'), '["x", 1, null, 2]');
    await writeFile(join(folder, 'short.json'), '[]');
    await writeFile(join(folder, 'text.json'), '"x"');
    await writeFile(join(folder, 'named.json'), '{"input": {"lr": 1}}');
    await writeFile(join(folder, 'text-list.json'), '["x"]');
    await writeFile(join(folder, 'fields.json'), '{"lr": 1}');
    await writeFile(join(folder, 'big.json'), '{"a": {"$date": "no date"}}');
  });
  afterAll(() => rm(folder, { recursive: true }));

  const of = task(parameter('a', 'string'), parameter('n', 'number', { optional: true }), parameter('when', 'date', { optional: true }));
  const input = (name: string): string[] => ['--input', `@${join(folder, name)}`];

  it('are a list, or an object by name, to which flags may add', async () => {
    expect(await understand(of, ...input('list.json'))).toEqual(['x', 4, new Date('2026-01-31T00:00:00Z')]);
    expect(await understand(of, ...input('object.json'))).toEqual(['x', 2]);
    expect(await understand(of, ...input('object.json'), '--n', '3')).toEqual(['x', 3]);
  });

  it('are that also for a parameter called input whose values never look like it', async () => {
    const json = task(parameter('input', 'json'));
    expect(await understand(json, ...input('named.json'))).toEqual([{ lr: 1 }]);
    expect(await understand(json, '--input', '{"lr": 2}')).toEqual([{ lr: 2 }]);
    const numbers = task(parameter('input', 'list', { of: { kind: 'number' } }));
    expect(await understand(numbers, '--input', '1', '--input', '2')).toEqual([[1, 2]]);
    await expect(understand(numbers, ...input('fields.json'))).rejects.toThrow('lr, which is no parameter of e.main');
  });

  it('are not where a parameter called input takes any text, unless they stand before the task', async () => {
    const text = task(parameter('input', 'string'));
    expect(await understand(text, '--input', '@x.json')).toEqual(['@x.json']);
    expect(await understand(text, '--input', '-')).toEqual(['-']);
    expect(await understandBehind({ input: `@${join(folder, 'text-list.json')}` }, text)).toEqual(['x']);
  });

  it('are the fields of what a schema takes, whether they can be read from the code or not', async () => {
    const fields = [parameter('lr', 'number'), parameter('input', 'string', { optional: true })];
    for (const only of [parameter('input', 'json'), parameter('input', 'object', { fields: fields.slice(0, 1) })]) {
      expect(await understand(withSchema(task(only)), ...input('fields.json'))).toEqual([{ lr: 1 }]);
      expect(await understand(withSchema(task(only)), ...input('named.json'))).toEqual([{ lr: 1 }]);
    }
    await expect(understand(withSchema(task(parameter('config', 'object', { fields }))), ...input('named.json'))).rejects.toThrow('--lr');
    expect(
      await understandBehind({ input: input('fields.json')[1] }, withSchema(task(parameter('input', 'json'))), '--input', '{"lr": 2}'),
    ).toEqual([{ lr: 2 }]);
  });

  it.each([
    ['wrong.json', 'b, which is no parameter of e.main'],
    ['broken.json', 'is no JSON'],
    ['missing.json', 'cannot be read'],
    ['kind.json', 'input[1] is "four", and the task takes a number.'],
    ['long.json', 'holds 4 arguments, and e.main takes 3'],
    ['short.json', 'A parameter has no value: a.'],
    ['text.json', 'is neither a list nor an object'],
    ['big.json', 'input.a: $date has wrong content'],
  ])('are refused where they are wrong: %s', async (name, words) => {
    await expect(understand(of, ...input(name))).rejects.toThrow(words);
  });
});
