import { describe, expect, it } from 'vitest';
import { Secret, TaskEnvironment, environmentDefinition } from '../../src/index.ts';
import type { EnvironmentOptions } from '../../src/index.ts';
import { expectRefusal } from './refusal.ts';

const secretsOf = (environment: TaskEnvironment): unknown => environmentDefinition(environment)?.secrets;
const made = (secrets: unknown, env?: Record<string, string>): TaskEnvironment =>
  new TaskEnvironment({ name: 'a', secrets, ...(env && { env }) } as EnvironmentOptions);

describe('secrets of an environment', () => {
  it('are names, variables and files', () => {
    const secrets = [
      'HF_TOKEN',
      Secret.env('DB', { as: 'DB_PASSWORD' }),
      Secret.file('GCP_KEY'),
      Secret.file('SSH', { path: '/root/.ssh/id' }),
      Secret.env('TOKEN', { group: 'hugging-face', as: 'HF' }),
      Secret.file('CA', { group: 'team_2' }),
    ];
    expect(secretsOf(made(secrets))).toEqual([
      { kind: 'env', key: 'HF_TOKEN', as: 'HF_TOKEN' },
      { kind: 'env', key: 'DB', as: 'DB_PASSWORD' },
      { kind: 'file', key: 'GCP_KEY', path: 'GCP_KEY' },
      { kind: 'file', key: 'SSH', path: '/root/.ssh/id' },
      { kind: 'env', key: 'TOKEN', group: 'hugging-face', as: 'HF' },
      { kind: 'file', key: 'CA', group: 'team_2', path: 'CA' },
    ]);
  });

  it('are absent where nothing is said', () => expect(secretsOf(new TaskEnvironment({ name: 'a' }))).toBeUndefined());

  it('are taken over by a clone, unless it says others', () => {
    const original = made(['A']);
    expect(secretsOf(original.cloneWith({ name: 'b' }))).toEqual(secretsOf(original));
    expect(secretsOf(original.cloneWith({ name: 'c', secrets: [] }))).toEqual([]);
  });

  it.each([
    ['no list', () => made('A'), 'secrets'],
    ['no secret', () => made([3]), 'secrets[0]'],
    ['no name of a variable', () => made(['A', 'my-token']), 'secrets[1]'],
    ['no name for the variable', () => Secret.env('A', { as: '1' }), 'as'],
    ['a name that is none', () => Secret.file(''), 'the name'],
    ['a group that is no name', () => Secret.env('A', { group: 'a/b' }), 'group'],
    ['a path that leads out', () => Secret.file('A', { path: '../a' }), 'path'],
  ])('refuse %s', (_, make, option) => {
    expectRefusal(make, { code: 'AMBIT_DEFINE_OPTION', facts: { option } });
  });

  it('refuse options that nobody knows', () => {
    expectRefusal(() => Secret.env('A', { name: 'B' } as never), { code: 'AMBIT_DEFINE_UNKNOWN_OPTION' });
  });

  it.each([
    ['two secrets', () => made(['A', Secret.file('A')])],
    ['a variable of the environment', () => made(['A'], { A: '1' })],
    ['a renamed one', () => made(['B', Secret.env('A', { as: 'B' })])],
  ])('refuse one variable for %s', (_, make) => {
    expectRefusal(make, { code: 'AMBIT_DEFINE_SECRET_CLASH', says: ['is set twice'], hint: 'as:' });
  });

  it('show no value, having none', () => expect(JSON.stringify(Secret.env('A'))).toBe('{}'));
});
