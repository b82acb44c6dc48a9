import type { Duplex, Readable } from 'node:stream';
import { readFile } from 'node:fs/promises';
import type { DaemonCall } from './daemon.ts';
import { unreadablePem } from './daemon-errors.ts';
import { DaemonRefusal } from './daemon-refusal.ts';
import type { Endpoint, TlsFiles } from './endpoint.ts';

type Kind = 'json' | 'stream' | 'duplex';
interface Answers {
  readonly json: unknown;
  readonly stream: Readable;
  readonly duplex: Duplex;
}
type Dial = (options: object, then: (error: (Error & { statusCode?: number }) | null, answer: unknown) => void) => void;

/** Sends calls to one engine. */
export interface Modem {
  send<K extends Kind>(kind: K, call: DaemonCall): Promise<Answers[K]>;
}

/** Loads dockerode, which takes a while, when the engine is first needed. */
export async function openModem(endpoint: Endpoint): Promise<Modem> {
  const [{ default: Docker }, connection] = await Promise.all([import('dockerode'), connectionOf(endpoint)]);
  const { modem } = new Docker(connection);
  const dial = (modem.dial as Dial).bind(modem);
  return {
    send: <K extends Kind>(kind: K, call: DaemonCall) =>
      new Promise<Answers[K]>((resolve, reject) => {
        dial(dialOptions(kind, call), (error, answer) => {
          if (error) reject(error.statusCode === undefined ? error : new DaemonRefusal(error.statusCode, reasonOf(error)));
          else resolve(answer as Answers[K]);
        });
      }),
  };
}

/** All that dockerode would otherwise take from the variables of this process is said, were it to be undefined. */
async function connectionOf({ socketPath, server }: Endpoint): Promise<object> {
  const plain = { host: undefined, port: undefined, socketPath: undefined, timeout: undefined, pathPrefix: '/', protocol: 'http' };
  if (!server) return { ...plain, ca: undefined, cert: undefined, key: undefined, socketPath };
  const { host, port, tls } = server;
  return { ...plain, host, port, protocol: tls ? 'https' : 'http', ...(await pemContents(tls ?? {})) };
}

async function pemContent(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    throw unreadablePem(file, error);
  }
}

async function pemContents(files: TlsFiles): Promise<Record<'ca' | 'cert' | 'key', Buffer | undefined>> {
  const read = async (file: string | undefined): Promise<Buffer | undefined> => (file === undefined ? undefined : pemContent(file));
  const [ca, cert, key] = await Promise.all([read(files.ca), read(files.cert), read(files.key)]);
  return { ca, cert, key };
}

const successes = { 101: true, 200: true, 201: true, 202: true, 204: true, 304: true };

function dialOptions(kind: Kind, { method, path, query = {}, body = {}, upload, auth, headers, signal }: DaemonCall): object {
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
  return {
    method,
    path: `${path}?`,
    options: { _query: given, _body: body },
    ...(upload && { file: upload }),
    ...(auth && { authconfig: auth }),
    ...(headers && { headers }),
    ...(kind === 'stream' && { isStream: true }),
    ...(kind === 'duplex' && { hijack: true, openStdin: true }),
    abortSignal: signal,
    statusCodes: successes,
  };
}

/** The engine's own words, without those that are put around them. */
function reasonOf({ message }: Error): string {
  return message.replace(/^\(HTTP code \d+\) [^-]* - /, '').trim();
}
