import type { Duplex, Readable } from 'node:stream';
import type { DaemonCall } from './daemon.ts';
import { DaemonRefusal } from './daemon-refusal.ts';
import type { Endpoint } from './endpoint.ts';
import { engineAgent } from './engine-agent.ts';
import type { Patience } from './engine-agent.ts';
import { pemContents } from './pem-contents.ts';

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
export async function openModem(endpoint: Endpoint, patience: Patience): Promise<Modem> {
  const [{ default: Docker }, connection] = await Promise.all([import('dockerode'), connectionOf(endpoint, patience)]);
  const { modem } = withoutVariables(() => new Docker(connection));
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
async function connectionOf({ address, socketPath, server }: Endpoint, patience: Patience): Promise<object> {
  const none = { host: undefined, port: undefined, socketPath: undefined, ca: undefined, cert: undefined, key: undefined };
  const plain = { ...none, timeout: undefined, pathPrefix: '/', protocol: 'http' };
  if (!server) return { ...plain, socketPath };
  const { host, port, tls } = server;
  const agent = engineAgent(tls && (await pemContents(tls, address)), patience);
  return { ...plain, host, port, protocol: tls ? 'https' : 'http', agent };
}

/** dockerode reads the files of DOCKER_CERT_PATH where there is a DOCKER_HOST, whatever it is told, and fails where they are not there. */
function withoutVariables<T>(make: () => T): T {
  const { DOCKER_HOST: host } = process.env;
  if (host === undefined) return make();
  delete process.env['DOCKER_HOST'];
  try {
    return make();
  } finally {
    process.env['DOCKER_HOST'] = host;
  }
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
