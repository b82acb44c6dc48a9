import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AmbitError } from '@ambit/plugin-api';

/** What Docker's own command would find on this machine. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** Of `config.json`, what is read here. */
export interface DockerConfig {
  readonly currentContext?: string;
  readonly auths?: Readonly<Record<string, { readonly auth?: string; readonly identitytoken?: string }>>;
  readonly credsStore?: string;
  readonly credHelpers?: Readonly<Record<string, string>>;
}

export function dockerFolder({ env, home }: Surroundings): string {
  return env['DOCKER_CONFIG'] || join(home, '.docker');
}

/** Nothing where there is no such file. */
export async function readDockerConfig(surroundings: Surroundings): Promise<DockerConfig> {
  const file = join(dockerFolder(surroundings), 'config.json');
  try {
    const config: unknown = JSON.parse(await readFile(file, 'utf8'));
    return typeof config === 'object' && config !== null ? config : {};
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return {};
    throw new AmbitError('AMBIT_DOCKER_ENDPOINT', `${file} cannot be read: ${message}.`, {
      hint: 'Correct it, or name another folder in DOCKER_CONFIG.',
      facts: { file, failure: 'configuration' },
      cause: error,
    });
  }
}
