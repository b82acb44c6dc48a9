/** A server, as an address of an engine names it. */
export interface EngineAddress {
  readonly host: string;
  readonly port?: number;
  readonly isSecure: boolean;
}

const pattern = /^(tcp|https?):\/\/(?:\[([0-9a-f:.]+)\]|([^\s/?#@:[\]]+))(?::(\d{1,5}))?\/?$/i;

/** Of `tcp://10.0.0.4:2376` and `https://[::1]`; undefined of what names no server. */
export function engineAddress(text: string): EngineAddress | undefined {
  const [, scheme = '', v6, name, digits] = pattern.exec(text) ?? [];
  const host = v6 ?? name;
  const port = digits === undefined ? undefined : Number(digits);
  if (host === undefined || port === 0 || (port ?? 0) > 65_535) return undefined;
  return { host, ...(port !== undefined && { port }), isSecure: scheme.toLowerCase() === 'https' };
}

/** How the socket of an engine behind SSH comes to this machine. */
export function forwardCommand(address: string): string {
  const { hostname, port, username } = URL.canParse(address) ? new URL(address) : { hostname: '', port: '', username: '' };
  const target = `${username && `${username}@`}${hostname || 'HOST'}`;
  return `ssh -nNT -L /tmp/engine.sock:/var/run/docker.sock ${port && `-p ${port} `}${target}`;
}
