import { request } from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';
import type { Check } from './check.ts';
import { dockerAddress } from './docker-address.ts';
import type { DockerAddress, Surroundings } from './docker-address.ts';
import { gibibytes } from './gibibytes.ts';

const patienceMs = 3000;
const oldestApi = [1, 39] as const;

interface Version {
  readonly Version?: string;
  readonly ApiVersion?: string;
  readonly Os?: string;
  readonly Arch?: string;
  readonly Components?: readonly { readonly Name?: string }[];
}

interface Info {
  readonly NCPU?: number;
  readonly MemTotal?: number;
}

/** Whether there is a Docker engine that images could be built with, and containers run in: it is asked, without its SDK. */
export async function checkDocker(surroundings: Surroundings, signal: AbortSignal): Promise<Check> {
  const name = 'docker';
  const found = await dockerAddress(surroundings);
  if (found === undefined)
    return {
      name,
      status: 'absent',
      message: 'no Docker socket',
      hint: 'It is needed only for images that a container has to be made of.',
    };
  const { address, by } = found;
  if (address === '')
    return {
      name,
      status: 'warning',
      message: `there is no such thing as ${by}`,
      hint: 'See docker context ls, and choose one with docker context use.',
    };
  const options = optionsOf(address, surroundings);
  if (typeof options === 'string') return { name, status: 'warning', message: `${by} is ${address}, which was not asked`, hint: options };
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
    const [version, info] = await Promise.all([get<Version>(options, '/version', limit), get<Info>(options, '/info', limit)]);
    return described(found, version, info);
  } catch (error) {
    return { name, status: 'warning', ...trouble(found, error as NodeJS.ErrnoException) };
  }
}

/** How it is asked; a sentence where it cannot be. */
function optionsOf(address: string, { env }: Surroundings): RequestOptions | string {
  if (address.startsWith('unix://')) return { socketPath: address.slice('unix://'.length) };
  const plain = address.replace(/^tcp:/, 'http:');
  if (!/^https?:\/\/./.test(plain) || !URL.canParse(plain))
    return 'The plugin docker reaches engines over unix:// and tcp://; forward a socket with ssh -L.';
  if (plain.startsWith('https:') || env['DOCKER_TLS_VERIFY']) return 'It speaks TLS: docker version says whether it answers.';
  const { hostname, port } = new URL(plain);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port || 2375 };
}

function described({ address }: DockerAddress, version: Version, info: Info): Check {
  const { Version: number = 'of an unknown version', ApiVersion: api = '', Os: os = '', Arch: arch = '', Components: parts = [] } = version;
  const { NCPU: cpus = 0, MemTotal: memory = 0 } = info;
  const isPodman = parts.some((part) => part.Name?.startsWith('Podman'));
  const who = `${isPodman ? 'Podman' : 'Docker'} ${number} (API ${api})`;
  const message = `${who} at ${address}: ${os}/${arch}, ${cpus} CPUs, ${gibibytes(memory)} of memory`;
  const [major = 0, minor = 0] = api.split('.').map(Number);
  const isOld = major < oldestApi[0] || (major === oldestApi[0] && minor < oldestApi[1]);
  if (isOld || isPodman)
    return {
      name: 'docker',
      status: 'warning',
      message,
      hint: 'It has no BuildKit, with which the builder docker makes images: use Docker 18.09 or newer.',
    };
  return { name: 'docker', status: 'ok', message };
}

function trouble({ address, by }: DockerAddress, { code, message, name }: NodeJS.ErrnoException): Pick<Check, 'message' | 'hint'> {
  const where = `${address} (${by})`;
  if (code === 'EACCES' || code === 'EPERM')
    return { message: `you may not use ${where}`, hint: 'Join the group of the socket: usermod -aG docker $USER, then log in again.' };
  const why = code === 'ENOENT' ? 'there is no such socket' : name === 'TimeoutError' ? `nothing came for ${patienceMs / 1000} s` : message;
  return {
    message: `${where} does not answer: ${why}`,
    hint: `Start the engine${by === 'DOCKER_HOST' ? ', or correct DOCKER_HOST' : ''}.`,
  };
}

async function get<T>(options: RequestOptions, path: string, signal: AbortSignal): Promise<T> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request({ ...options, path, signal, headers: { host: 'docker' } }, resolve);
    // An abort says why in its signal.
    asked.on('error', (error) => reject(signal.aborted ? (signal.reason as Error) : error));
    asked.end();
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of response) chunks.push(chunk as Uint8Array);
  if (response.statusCode !== 200) throw new TypeError(`it answers with status ${response.statusCode}`);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as T;
}
