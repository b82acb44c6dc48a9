import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestSecurely } from 'node:https';
import type { RequestOptions } from 'node:https';
import { join } from 'node:path';
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
  const place = placeOf(address);
  if (place === undefined)
    return {
      name,
      status: 'warning',
      message: `${by} is ${address}, which was not asked`,
      hint: 'The plugin docker reaches engines over unix:// and tcp://; forward a socket with ssh -L.',
    };
  try {
    const options = await optionsOf(place, found);
    const limit = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
    const [version, info] = await Promise.all([get<Version>(options, '/version', limit), get<Info>(options, '/info', limit)]);
    return described(found, version, info);
  } catch (error) {
    return { name, status: 'warning', ...trouble(found, error as NodeJS.ErrnoException) };
  }
}

/** Of a socket, or of a server. Undefined: it is not asked. */
function placeOf(address: string): RequestOptions | undefined {
  if (address.startsWith('unix://')) return { socketPath: address.slice('unix://'.length) };
  const [, scheme = '', v6, name, port] = /^(tcp|https?):\/\/(?:\[([^\]]+)\]|([^/:]+))(?::(\d+))?\/?$/.exec(address) ?? [];
  const host = v6 ?? name;
  return host === undefined ? undefined : { host, ...(port && { port }), ...(scheme === 'https' && { protocol: 'https:' }) };
}

async function optionsOf(place: RequestOptions, { certificates }: DockerAddress): Promise<RequestOptions> {
  if (place.socketPath !== undefined) return place;
  if (certificates === undefined && place.protocol === undefined) return { port: 2375, ...place };
  const read = (name: string): Promise<Buffer | undefined> => contentOf(join(certificates ?? '', name));
  const [ca, cert, key] = certificates === undefined ? [] : await Promise.all([read('ca.pem'), read('cert.pem'), read('key.pem')]);
  return { port: 2376, ...place, protocol: 'https:', ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

async function contentOf(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    // As Docker's command: an engine may want no client certificate.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw Object.assign(new Error(`${file} cannot be read: ${(error as Error).message}`), { path: file });
  }
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

function trouble(found: DockerAddress, error: NodeJS.ErrnoException): Pick<Check, 'message' | 'hint'> {
  const { address, by, certificates } = found;
  const { code = '', path } = error;
  const where = `${address} (${by})`;
  if (path?.endsWith('.pem'))
    return { message: `${where} was not asked: ${error.message}`, hint: 'Let it be read, or name another folder.' };
  if (code === 'EACCES' || code === 'EPERM')
    return { message: `you may not use ${where}`, hint: 'Join the group of the socket: usermod -aG docker $USER, then log in again.' };
  if (/^ERR_(TLS|SSL|OSSL)|^EPROTO$|CERT|SELF_SIGNED|UNABLE_TO/.test(code))
    return {
      message: `there is no TLS connection to ${where}: ${reasonOf(error)}`,
      hint: `Look at ca.pem, cert.pem and key.pem${certificates === undefined ? '' : ` in ${certificates}`}, and whether the engine speaks TLS there.`,
    };
  if (/speaks TLS/.test(error.message))
    return {
      message: `${where} ${error.message}`,
      hint: 'Set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the folder of its certificates.',
    };
  return {
    message: `${where} does not answer: ${reasonOf(error)}`,
    hint: `Start the engine${by === 'DOCKER_HOST' ? ', or correct DOCKER_HOST' : ''}.`,
  };
}

function reasonOf({ code, message, name }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'there is no such socket';
  if (name === 'TimeoutError') return `nothing came for ${patienceMs / 1000} s`;
  // OpenSSL's words, without their place in its source.
  return /error:[0-9A-F]+:[^:]*:[^:]*:([^:\n]+)/.exec(message)?.[1] ?? message;
}

async function get<T>(options: RequestOptions, path: string, signal: AbortSignal): Promise<T> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const ask = options.protocol === 'https:' ? requestSecurely : request;
    // Of a server, the name stands in its certificate.
    const headers = options.socketPath === undefined ? {} : { host: 'docker' };
    const asked = ask({ ...options, path, signal, headers }, resolve);
    // An abort says why in its signal.
    asked.on('error', (error) => reject(signal.aborted ? (signal.reason as Error) : error));
    asked.end();
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of response) chunks.push(chunk as Uint8Array);
  const text = Buffer.concat(chunks).toString('utf8');
  if (/HTTP request to an HTTPS server/i.test(text)) throw new TypeError('speaks TLS, and was asked without');
  if (response.statusCode !== 200) throw new TypeError(`it answers with status ${response.statusCode}`);
  return JSON.parse(text) as T;
}
