import { AmbitError } from '@ambit/plugin-api';
import { engineAddress, forwardCommand } from './daemon/engine-address.ts';

export interface DockerTls {
  /** Paths of PEM files. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface DockerRegistry {
  readonly username: string;
  /** The name of the secret that is the password, or a secret itself. */
  readonly password: string | { readonly name: string };
  /** Asked over plain HTTP. Registries of this machine (`localhost:5000`) always are. */
  readonly plainHttp?: boolean;
}

/** Which engine, and which registries. What is left out is found as by Docker's own command. */
export interface DockerPluginOptions {
  /** `unix:///run/docker.sock`, `tcp://10.0.0.4:2376`. */
  readonly host?: string;
  /** A context of Docker's command, by name. */
  readonly context?: string;
  /** For `tcp://`; without it, plain. */
  readonly tls?: DockerTls;
  /** By host: `{ 'ghcr.io': { username, password } }`. Others are taken from Docker's own configuration. */
  readonly registries?: Readonly<Record<string, DockerRegistry>>;
}

export interface DockerOptions extends Omit<DockerPluginOptions, 'registries'> {
  readonly registries: Readonly<Record<string, { readonly username: string; readonly secret: string; readonly plainHttp: boolean }>>;
}

const known = ['host', 'context', 'tls', 'registries'];

export function checkOptions(options: DockerPluginOptions): DockerOptions {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown) throw wrong(unknown, `is not known; docker() takes ${known.join(', ')}`);
  for (const name of ['host', 'context'] as const) {
    const value: unknown = options[name];
    if (value !== undefined && (typeof value !== 'string' || value === '')) throw wrong(name, `is ${shown(value)}; it is a text`);
  }
  const { host, context, tls, registries } = options;
  if (host !== undefined && context !== undefined) throw wrong('context', 'and the option host name an engine each; name one of them');
  if (host !== undefined) checkHost(host);
  if (tls !== undefined) checkTls(tls);
  return {
    ...{ ...(host && { host }), ...(context && { context }), ...(tls && { tls }) },
    registries: checkRegistries(registries),
  };
}

function checkHost(host: string): void {
  if (host.startsWith('ssh://'))
    throw wrong('host', `is ${shown(host)}; engines are reached over unix:// and tcp://, not over SSH`, {
      hint: `Forward its socket, and name that: ${forwardCommand(host)}`,
    });
  if (!/^unix:\/\/\/./.test(host) && engineAddress(host) === undefined)
    throw wrong('host', `is ${shown(host)}; it is as "unix:///var/run/docker.sock" or "tcp://10.0.0.4:2376"`);
}

function checkTls(tls: DockerTls): void {
  const names = ['ca', 'cert', 'key'];
  const unknown = Object.keys(tls).find((name) => !names.includes(name));
  if (unknown) throw wrong(`tls.${unknown}`, `is not known; tls takes ${names.join(', ')}`);
  for (const [name, path] of Object.entries(tls) as [string, unknown][])
    if (typeof path !== 'string' || path === '') throw wrong(`tls.${name}`, `is ${shown(path)}; it is the path of a PEM file`);
  if ((tls.cert === undefined) !== (tls.key === undefined)) throw wrong('tls', 'has one of cert and key; they go together');
}

function checkRegistries(registries: DockerPluginOptions['registries'] = {}): DockerOptions['registries'] {
  const checked = Object.entries(registries).map(([host, registry]) => {
    const option = `registries[${shown(host)}]`;
    const { username, password, plainHttp = false } = registry;
    const secret = typeof password === 'string' ? password : password?.name;
    if (typeof username !== 'string' || username === '') throw wrong(`${option}.username`, `is ${shown(username)}; it is a text`);
    if (typeof secret !== 'string' || secret === '') throw wrong(`${option}.password`, 'is not there; it is the name of a secret');
    if (typeof plainHttp !== 'boolean') throw wrong(`${option}.plainHttp`, `is ${shown(plainHttp)}; it is true or false`);
    return [host, { username, secret, plainHttp }] as const;
  });
  return Object.fromEntries(checked);
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}

function wrong(option: string, what: string, { hint = 'Correct the option in the configuration.' } = {}): AmbitError {
  return new AmbitError('AMBIT_DOCKER_OPTION', `The option ${option} of docker() ${what}.`, { hint, facts: { option } });
}
