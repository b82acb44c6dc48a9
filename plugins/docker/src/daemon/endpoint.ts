import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AmbitError } from '@ambit/plugin-api';
import type { DockerOptions } from '../options.ts';
import { dockerFolder, readDockerConfig } from './docker-config.ts';
import type { Surroundings } from './docker-config.ts';

/** Where an engine is. */
export interface Endpoint {
  readonly address: string;
  readonly socketPath?: string;
  readonly server?: { readonly host: string; readonly port: number; readonly tls?: TlsFiles };
}

export interface TlsFiles {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** The engine that the options name, else `DOCKER_HOST`, else the current context, else the usual sockets. */
export async function findEndpoint(options: DockerOptions, surroundings: Surroundings): Promise<Endpoint> {
  const { DOCKER_HOST: host, DOCKER_CONTEXT: named } = surroundings.env;
  if (options.host !== undefined) return endpointAt(options.host, options.tls);
  if (options.context !== undefined) return contextNamed(options.context, surroundings, options);
  if (host) return endpointAt(host, options.tls ?? tlsOf(surroundings));
  const current = named || (await readDockerConfig(surroundings)).currentContext;
  return current && current !== 'default' ? contextNamed(current, surroundings, options) : usualEndpoint(surroundings);
}

async function usualEndpoint({ env, home }: Surroundings): Promise<Endpoint> {
  const { XDG_RUNTIME_DIR: runtime } = env;
  const others = [join(home, '.docker/run/docker.sock'), ...(runtime ? [join(runtime, 'docker.sock')] : [])];
  const usual = '/var/run/docker.sock';
  for (const socketPath of [usual, ...others]) {
    const isThere = await access(socketPath).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code === 'EACCES',
    );
    if (isThere) return { address: `unix://${socketPath}`, socketPath };
  }
  return { address: `unix://${usual}`, socketPath: usual };
}

function endpointAt(host: string, tls: TlsFiles | undefined): Endpoint {
  if (host.startsWith('unix://')) return { address: host, socketPath: host.slice('unix://'.length) };
  const web = host.replace(/^tcp:/, 'http:');
  const url = /^https?:\/\//.test(web) && URL.canParse(web) ? new URL(web) : undefined;
  if (url === undefined)
    throw new AmbitError(
      'AMBIT_DOCKER_ENDPOINT',
      `The Docker engine is said to be at "${host}"; engines are reached over unix:// and tcp://.`,
      {
        hint: 'Correct DOCKER_HOST or the context; forward the socket of an engine behind SSH with ssh -L.',
        facts: { host },
      },
    );
  const trusted = tls ?? (url.protocol === 'https:' ? {} : undefined);
  const port = Number(url.port || (trusted ? 2376 : 2375));
  return { address: host, server: { host: url.hostname.replace(/^\[|\]$/g, ''), port, ...(trusted && { tls: trusted }) } };
}

/** As Docker's command reads its variables. */
function tlsOf({ env, ...rest }: Surroundings): TlsFiles | undefined {
  const { DOCKER_TLS_VERIFY: verify, DOCKER_CERT_PATH: certs } = env;
  return verify ? pemFiles(certs || dockerFolder({ env, ...rest })) : undefined;
}

function pemFiles(folder: string): TlsFiles {
  return { ca: join(folder, 'ca.pem'), cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
}

interface ContextMeta {
  readonly Endpoints?: { readonly docker?: { readonly Host?: string } };
}

async function contextNamed(name: string, surroundings: Surroundings, { tls }: DockerOptions): Promise<Endpoint> {
  if (name === 'default')
    return surroundings.env['DOCKER_HOST'] ? endpointAt(surroundings.env['DOCKER_HOST'], tls) : usualEndpoint(surroundings);
  const contexts = join(dockerFolder(surroundings), 'contexts');
  const id = createHash('sha256').update(name).digest('hex');
  const file = join(contexts, 'meta', id, 'meta.json');
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw noContext(name, `${file} cannot be read`, error);
  });
  const host = hostOf(text);
  if (host === undefined) throw noContext(name, `${file} names no engine`);
  const pem = pemFiles(join(contexts, 'tls', id, 'docker'));
  const hasPem = await access(pem.ca ?? '').then(
    () => true,
    () => false,
  );
  return endpointAt(host, tls ?? (hasPem ? pem : undefined));
}

function hostOf(text: string): string | undefined {
  try {
    return (JSON.parse(text) as ContextMeta).Endpoints?.docker?.Host;
  } catch {
    return undefined;
  }
}

function noContext(name: string, why: string, cause?: unknown): AmbitError {
  return new AmbitError('AMBIT_DOCKER_ENDPOINT', `There is no Docker context "${name}" to be used: ${why}.`, {
    hint: 'See docker context ls, and name one of them.',
    facts: { context: name },
    cause,
  });
}
