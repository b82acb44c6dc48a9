import { fileURLToPath } from 'node:url';
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AmbitError, definePlugin, secretVariable } from '@ambit/plugin-api';
import type { Logger, Plugin } from '@ambit/plugin-api';
import { parseEnvFile } from './parse-env-file.ts';

/** A file of lines `NAME=VALUE`; a relative path is one in the folder where the command runs. It is read when a secret is asked for, once. */
export function envFile(path: string | URL): Plugin & Required<Pick<Plugin, 'secrets'>> {
  const file = resolve(path instanceof URL ? fileURLToPath(path) : path);
  return definePlugin({
    type: 'env-file',
    apiVersion: 1,
    secrets: ({ log }) => {
      let known: Promise<ReadonlyMap<string, string>> | undefined;
      const read = (): Promise<ReadonlyMap<string, string>> => (known ??= readSecrets(file, log));
      return {
        name: file,
        has: async (name) => (await read()).has(secretVariable(name)),
        get: async (name) => (await read()).get(secretVariable(name)),
        dispose: async () => undefined,
      };
    },
  });
}

const others = 0o077;

/** A file that is not there has no secrets: whoever misses one is told who was asked. */
async function readSecrets(file: string, log: Logger): Promise<ReadonlyMap<string, string>> {
  try {
    const { mode } = await stat(file);
    if ((mode & others) !== 0) log.warn(`Others on this machine may read the secrets in ${file}: chmod 600 ${file}`);
    return parseEnvFile(await readFile(file, 'utf8'), file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    if (AmbitError.is(cause)) throw cause;
    throw new AmbitError('AMBIT_SECRETS_FILE', `The secrets in ${file} cannot be read: ${(cause as Error).message}`, {
      hint: 'Make the file readable for you, or take it out of secrets in the configuration.',
      facts: { file },
      cause,
    });
  }
}
