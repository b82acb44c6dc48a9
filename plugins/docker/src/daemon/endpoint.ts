import { join } from 'node:path';
import { AmbitError } from '@ambit/plugin-api';
import type { DockerOptions, DockerTls } from '../options.ts';
import { dockerFolder, readDockerConfig } from './docker-config.ts';
import type { Surroundings } from './docker-config.ts';
import { readContext } from './docker-contexts.ts';
import { engineAddress, forwardCommand } from './engine-address.ts';
import { isThere, pemFilesIn } from './pem-files.ts';

/** Where an engine is. */
export interface Endpoint {
  readonly address: string;
  readonly socketPath?: string;
  readonly server?: EngineServer;
}

export interface EngineServer {
  readonly host: string;
  readonly port: number;
  /** Undefined: it is asked without TLS. */
  readonly tls?: DockerTls;
}

const usualSocket = '/var/run/docker.sock';

/** The engine that the options name, else `DOCKER_HOST`, else the current context, else the usual sockets. */
export async function findEndpoint(options: DockerOptions, surroundings: Surroundings): Promise<Endpoint> {
  const { host, context: chosen, tls } = options;
  if (host !== undefined) return endpointAt(host, 'The option host of docker()', tls);
  const context = chosen ?? (await currentContext(surroundings));
  if (context === 'default') return defaultEndpoint(surroundings, tls);
  const found = await readContext(context, surroundings);
  return endpointAt(found.host, `The Docker context "${context}"`, tls ?? found.tls);
}

/** As Docker's command chooses it: its variables go before what it has written down. */
async function currentContext(surroundings: Surroundings): Promise<string> {
  const { DOCKER_HOST: host, DOCKER_CONTEXT: named } = surroundings.env;
  return host ? 'default' : named || (await readDockerConfig(surroundings)).currentContext || 'default';
}

async function defaultEndpoint(surroundings: Surroundings, tls: DockerTls | undefined): Promise<Endpoint> {
  const { DOCKER_HOST: host } = surroundings.env;
  if (!host) return usualEndpoint(surroundings);
  return endpointAt(host.includes('://') ? host : `tcp://${host}`, 'DOCKER_HOST', tls ?? (await tlsOf(surroundings)));
}

async function usualEndpoint({ env, home }: Surroundings): Promise<Endpoint> {
  const { XDG_RUNTIME_DIR: runtime } = env;
  const others = [join(home, '.docker/run/docker.sock'), ...(runtime ? [join(runtime, 'docker.sock')] : [])];
  for (const path of [usualSocket, ...others]) if (await isThere(path)) return endpointOf(path);
  return endpointOf(usualSocket);
}

function endpointOf(socketPath: string): Endpoint {
  return { address: `unix://${socketPath}`, socketPath };
}

function endpointAt(address: string, by: string, tls: DockerTls | undefined): Endpoint {
  if (address.startsWith('unix://')) return endpointOf(address.slice('unix://'.length) || usualSocket);
  const server = engineAddress(address);
  if (server === undefined) throw notReached(address, by);
  const trusted = tls ?? (server.isSecure ? {} : undefined);
  const port = server.port ?? (trusted ? 2376 : 2375);
  return { address, server: { host: server.host, port, ...(trusted && { tls: trusted }) } };
}

/** As Docker's command reads its variables. */
async function tlsOf(surroundings: Surroundings): Promise<DockerTls | undefined> {
  const { DOCKER_TLS_VERIFY: verify, DOCKER_CERT_PATH: certs } = surroundings.env;
  if (!verify) return undefined;
  const folder = certs || dockerFolder(surroundings);
  return { ca: join(folder, 'ca.pem'), ...(await pemFilesIn(folder)) };
}

function notReached(address: string, by: string): AmbitError {
  const [, scheme] = /^(ssh|npipe):/.exec(address) ?? [];
  const hints: Readonly<Record<string, string>> = {
    ssh: `Forward its socket (${forwardCommand(address)}), and name that: DOCKER_HOST=unix:///tmp/engine.sock.`,
    npipe: 'Pipes are of Windows: start runs in WSL, where the engine has a socket, or let it listen at a port with TLS.',
  };
  return new AmbitError(
    'AMBIT_DOCKER_ENDPOINT',
    `${by} names the Docker engine "${address}"; engines are reached over unix:// and tcp://.`,
    {
      hint: hints[scheme ?? ''] ?? `Correct it, as in tcp://10.0.0.4:2376.`,
      facts: { host: address },
    },
  );
}
