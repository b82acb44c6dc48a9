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
}

/** `DOCKER_HOST`, else the current context of Docker's command, else a socket that is there. Undefined: nothing says that there is one. */
export async function dockerAddress({ env, home }: Surroundings): Promise<DockerAddress | undefined> {
  const { DOCKER_HOST: host, DOCKER_CONTEXT: named, XDG_RUNTIME_DIR: runtime, DOCKER_CONFIG: config } = env;
  if (host) return { address: host, by: 'DOCKER_HOST' };
  const folder = config || join(home, '.docker');
  const context = named || (await json<{ currentContext?: string }>(join(folder, 'config.json')))?.currentContext;
  if (context && context !== 'default') return { address: await addressOf(context, folder), by: `the Docker context ${context}` };
  const sockets = ['/var/run/docker.sock', join(home, '.docker/run/docker.sock'), ...(runtime ? [join(runtime, 'docker.sock')] : [])];
  for (const socket of sockets) if (await isThere(socket)) return { address: `unix://${socket}`, by: 'its usual place' };
  return undefined;
}

/** Empty where there is no such context. */
async function addressOf(context: string, folder: string): Promise<string> {
  const id = createHash('sha256').update(context).digest('hex');
  const meta = await json<{ Endpoints?: { docker?: { Host?: string } } }>(join(folder, 'contexts/meta', id, 'meta.json'));
  return meta?.Endpoints?.docker?.Host ?? '';
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
