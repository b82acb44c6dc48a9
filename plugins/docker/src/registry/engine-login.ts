import type { DaemonCall } from '../daemon/daemon.ts';
import { isToken } from './credentials.ts';
import type { Credentials } from './credentials.ts';

/** A login as the engine takes it, for a registry by its host. */
export function engineLogin(host: string, { username, password }: Credentials): NonNullable<DaemonCall['auth']> {
  const serveraddress = host === 'docker.io' ? 'https://index.docker.io/v1/' : host;
  if (isToken({ username, password })) return { identitytoken: password, serveraddress };
  return { username, password, serveraddress };
}
