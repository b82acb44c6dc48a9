import { request } from 'node:http';
import { text } from 'node:stream/consumers';

const socketPath = /^unix:\/\/(.+)$/.exec(process.env['DOCKER_HOST'] ?? '')?.[1];

interface Call {
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whose absence is no failure. */
  readonly maybe?: boolean;
}

/** One request to the Docker engine of the tests; rejects with what it says where that fails. */
export function ask(method: string, path: string, { body, headers = {}, maybe = false }: Call = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, method, path, headers: { 'content-type': 'application/json', ...headers } }, (response) => {
      const { statusCode = 500 } = response;
      const isFine = statusCode < 400 || (maybe && statusCode === 404);
      text(response).then((said) => (isFine ? resolve(said) : reject(new Error(`${method} ${path}: ${said}`))), reject);
    });
    asked.on('error', reject);
    asked.end(body && JSON.stringify(body));
  });
}

export interface Container {
  readonly image: string;
  readonly command: readonly string[];
  /** By the folder or volume that is mounted: where. */
  readonly mounts: Readonly<Record<string, string>>;
  readonly user?: string;
}

/** What a container wrote to its end; it has no network. */
export async function runContainer({
  image,
  command,
  mounts,
  user = '',
}: Container): Promise<{ readonly code: number; readonly said: string }> {
  const Mounts = Object.entries(mounts).map(([Source, Target]) => ({ Type: Source.startsWith('/') ? 'bind' : 'volume', Source, Target }));
  const HostConfig = { NetworkMode: 'none', Mounts };
  const body = { Image: image, Entrypoint: command.slice(0, 1), Cmd: command.slice(1), User: user, Tty: true, HostConfig };
  const { Id: id } = JSON.parse(await ask('POST', '/containers/create', { body })) as { Id: string };
  try {
    await ask('POST', `/containers/${id}/start`);
    const { StatusCode: code } = JSON.parse(await ask('POST', `/containers/${id}/wait`)) as { StatusCode: number };
    return { code, said: (await ask('GET', `/containers/${id}/logs?stdout=1&stderr=1`)).replaceAll('\r\n', '\n') };
  } finally {
    await ask('DELETE', `/containers/${id}?force=1`);
  }
}

export async function removeImage(name: string): Promise<void> {
  await ask('DELETE', `/images/${name}?force=1`, { maybe: true });
}
