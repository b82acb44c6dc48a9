import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SecretSource } from '@ambit/plugin-api';
import { recordingLogger, testHost } from '@ambit/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { envFile, environmentSecrets } from '../../src/index.ts';

const signal = new AbortController().signal;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ambit-secrets-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('secrets of the process', () => {
  it('are its variables, but for empty ones', async () => {
    const source = environmentSecrets({ TOKEN: 'abc', EMPTY: '' }).secrets(testHost(folder));
    const asked = ['TOKEN', 'EMPTY', 'OTHER', 'toString'];
    expect(await Promise.all(asked.map((name) => source.has(name, signal)))).toEqual([true, false, false, false]);
    expect(await Promise.all(asked.map((name) => source.get(name, signal)))).toEqual(['abc', undefined, undefined, undefined]);
  });
});

it('secrets of a group have its name before theirs', async () => {
  const env = { HUGGING_FACE_TOKEN: 'of the group', TOKEN: 'alone', 'hugging-face/TOKEN': 'no variable' };
  await writeFile(join(folder, '.env'), 'HUGGING_FACE_TOKEN=of the group\nTOKEN=alone', { mode: 0o600 });
  for (const source of [environmentSecrets(env), envFile(join(folder, '.env'))].map(({ secrets }) => secrets(testHost(folder)))) {
    expect(await source.get('hugging-face/TOKEN', signal)).toBe('of the group');
    expect(await source.get('TOKEN', signal)).toBe('alone');
    expect(await source.has('other/TOKEN', signal)).toBe(false);
  }
});

describe('secrets in a file', () => {
  const file = (): string => join(folder, '.env');
  const log = recordingLogger();
  const source = async (content: string, mode = 0o600): Promise<SecretSource> => {
    await writeFile(file(), content, { mode });
    await chmod(file(), mode);
    return envFile(pathToFileURL(file())).secrets(testHost(folder, { log }));
  };

  it('are lines NAME=VALUE, quoted or not', async () => {
    const text = [
      '\uFEFF# a comment',
      '',
      'PLAIN=abc',
      '  export SPACED = a b # not this',
      'HASH=a#b',
      'EQUALS=a=b==',
      `SINGLE='a # "b" \\n'  # not this`,
      'DOUBLE="a\\n\\"b\\" \\\\"',
      'KEY="-----BEGIN-----\nabc\n-----END-----\n"',
      'EMPTY=',
      'ONLY_COMMENT= # nothing',
      'TWICE=1\r',
      'TWICE=2',
    ].join('\n');
    const secrets = await source(text);
    const names = ['PLAIN', 'SPACED', 'HASH', 'EQUALS', 'SINGLE', 'DOUBLE', 'KEY', 'EMPTY', 'ONLY_COMMENT', 'TWICE', 'OTHER'];
    expect(await Promise.all(names.map((name) => secrets.get(name, signal)))).toEqual([
      ...['abc', 'a b', 'a#b', 'a=b==', 'a # "b" \\n', 'a\n"b" \\', '-----BEGIN-----\nabc\n-----END-----\n', '', '', '2', undefined],
    ]);
    expect(await secrets.has('PLAIN', signal)).toBe(true);
  });

  it.each([
    ['A=1\nhunter2\n', 2],
    ['A="hunter2\n', 1],
    [`A='hunter2' more\n`, 1],
  ])('that are no lines NAME=VALUE are refused by the number of the line: %j', async (text, line) => {
    const error = await (await source(text)).get('A', signal).catch((thrown: unknown) => thrown as Error);
    expect(error).toMatchObject({ code: 'AMBIT_SECRETS_FILE', facts: { line } });
    expect(JSON.stringify(error) + (error as Error).message).not.toContain('hunter2');
  });

  it('which others may read are warned about', async () => {
    await (await source('A=1', 0o600)).get('A', signal);
    expect(log.entries).toEqual([]);
    await (await source('A=1', 0o644)).get('A', signal);
    expect(log.entries).toMatchObject([{ level: 'warn' }]);
  });

  it('that is not there are none', async () => {
    const secrets = envFile(join(folder, 'missing')).secrets(testHost(folder));
    expect([await secrets.has('A', signal), secrets.name]).toEqual([false, join(folder, 'missing')]);
  });

  it('that cannot be read is an error', async () => {
    await expect(envFile(folder).secrets(testHost(folder)).has('A', signal)).rejects.toMatchObject({ code: 'AMBIT_SECRETS_FILE' });
  });
});
