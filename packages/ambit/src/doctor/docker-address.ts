import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
}

/** Where a Docker engine is said to be, and who says so. */
export interface DockerAddress {
  readonly address: string;
  readonly by: string;
  /** It is asked with TLS: the folder of its certificates. */
  readonly certificates?: string;
}

/** `DOCKER_HOST`, else the current context of Docker's command, else a socket that is there. Undefined: nothing says that there is one. */
export async function dockerAddress({ env, home }: Surroundings): Promise<DockerAddress | undefined> {
  const { DOCKER_HOST: host, DOCKER_CONTEXT: named, XDG_RUNTIME_DIR: runtime, DOCKER_CONFIG: config } = env;
  const folder = config || join(home, '.docker');
  if (host) return { address: host.includes('://') ? host : `tcp://${host}`, by: 'DOCKER_HOST', ...certificatesOf(env, folder) };
  const context = named || (await json<{ currentContext?: string }>(join(folder, 'config.json')))?.currentContext;
  if (context && context !== 'default') return { ...(await addressOf(context, folder)), by: `the Docker context ${context}` };
  const sockets = ['/var/run/docker.sock', join(home, '.docker/run/docker.sock'), ...(runtime ? [join(runtime, 'docker.sock')] : [])];
  for (const socket of sockets) if (await isThere(socket)) return { address: `unix://${socket}`, by: 'its usual place' };
  return undefined;
}

function certificatesOf({ DOCKER_TLS_VERIFY: verify, DOCKER_CERT_PATH: path }: NodeJS.ProcessEnv, folder: string): object {
  return verify ? { certificates: path || folder } : {};
}

interface ContextEngine {
  readonly Host?: string;
  readonly SkipTLSVerify?: boolean;
}

/** Empty where there is no such context. */
async function addressOf(context: string, folder: string): Promise<Omit<DockerAddress, 'by'>> {
  const id = createHash('sha256').update(context).digest('hex');
  const meta = await json<{ Endpoints?: { docker?: ContextEngine } }>(join(folder, 'contexts/meta', id, 'meta.json'));
  const { Host: address = '', SkipTLSVerify: isUnverified = false } = meta?.Endpoints?.docker ?? {};
  const certificates = join(folder, 'contexts/tls', id, 'docker');
  return { address, ...((isUnverified || (await isThere(certificates))) && { certificates }) };
}

async function json<T>(file: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch {
    return undefined;
  }
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code === 'EACCES',
  );
}
