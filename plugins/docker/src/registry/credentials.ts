import { AmbitError } from '@ambit/plugin-api';
import type { PluginHost } from '@ambit/plugin-api';
import { readDockerConfig } from '../daemon/docker-config.ts';
import type { DockerConfig, Surroundings } from '../daemon/docker-config.ts';
import type { DockerOptions } from '../options.ts';

/** How a registry is logged in to. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface CredentialSources {
  readonly options: DockerOptions;
  readonly surroundings: Surroundings;
  readonly host: Pick<PluginHost, 'secret' | 'machine'>;
}

/** Of the options, else of Docker's own configuration; undefined where nobody logged in. */
export async function credentialsFor(
  registry: string,
  { options, surroundings, host }: CredentialSources,
  signal: AbortSignal,
): Promise<Credentials | undefined> {
  const own = options.registries[registry];
  if (own) return { username: own.username, password: await host.secret(own.secret) };
  const config = await readDockerConfig(surroundings);
  const keys = registry === 'docker.io' ? ['https://index.docker.io/v1/', 'docker.io'] : [registry, `https://${registry}`];
  for (const key of keys) {
    const helper = config.credHelpers?.[key] ?? config.credsStore;
    const found = (helper ? await ofHelper(helper, key, host, signal) : undefined) ?? ofFile(config, key);
    if (found) return found;
  }
  return undefined;
}

function ofFile({ auths }: DockerConfig, key: string): Credentials | undefined {
  const { auth } = auths?.[key] ?? {};
  const [username, ...password] = auth ? Buffer.from(auth, 'base64').toString('utf8').split(':') : [];
  return username ? { username, password: password.join(':') } : undefined;
}

/** What `docker-credential-NAME` keeps, if it keeps something for this registry. */
async function ofHelper(
  name: string,
  key: string,
  { machine }: CredentialSources['host'],
  signal: AbortSignal,
): Promise<Credentials | undefined> {
  const program = `docker-credential-${name}`;
  const asked = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from(key);
  };
  try {
    const { code, stdout } = await machine.run([program, 'get'], { stdin: asked(), signal });
    if (code !== 0) return undefined;
    const { Username: username, Secret: password } = JSON.parse(Buffer.from(stdout).toString('utf8')) as Record<string, string>;
    return username && password ? { username, password } : undefined;
  } catch (cause) {
    signal.throwIfAborted();
    throw new AmbitError(
      'AMBIT_DOCKER_LOGIN',
      `${program}, which Docker's configuration names for ${key}, could not be asked for a login.`,
      {
        hint: `Install ${program}, or give registries in docker({ registries }).`,
        facts: { program, registry: key },
        cause,
      },
    );
  }
}
