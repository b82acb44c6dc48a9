import { expect, it } from 'vitest';
import type { SecretSource } from '@ambit/plugin-api';
import { memoryMachine, silentLogger } from '@ambit/testkit';
import { pluginHosts, withSecrets } from '../../src/compose/plugin-host.ts';

const source = (name: string, values: Readonly<Record<string, string>>): SecretSource => ({
  name,
  has: async (wanted) => wanted in values,
  get: async (wanted) => values[wanted],
  dispose: async () => undefined,
});

it('gives a plugin the secrets that its options name, of the first source that has them', async () => {
  const sources = [source('file', { TOKEN: 'first' }), source('environment', { TOKEN: 'second', OTHER: '' })];
  const host = withSecrets(pluginHosts(silentLogger, memoryMachine()), sources)('docker', '/state');
  expect(host).toMatchObject({ instance: 'docker', stateDirectory: '/state' });
  expect([await host.secret('TOKEN'), await host.secret('OTHER')]).toEqual(['first', '']);
  await expect(host.secret('NOPE')).rejects.toMatchObject({
    code: 'AMBIT_SECRET_MISSING',
    message: 'There is no secret NOPE, which the configuration names for docker.',
    facts: { sources: ['file', 'environment'] },
  });
});
