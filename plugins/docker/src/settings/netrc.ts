import { join } from 'node:path';
import type { SettingsFolder } from './settings-folder.ts';
import { textIn } from './user-place.ts';
import type { UserPlace } from './user-place.ts';

/** Says which indexes pip would log in to by the user's `.netrc`, which stays on this machine. */
export async function findLogins(folder: SettingsFolder, user: UserPlace, signal: AbortSignal): Promise<void> {
  const file = user.env['NETRC'] || join(user.home, '.netrc');
  const machines = new Set([...(await textIn(file, user, signal)).matchAll(/\bmachine\s+(\S+)/g)].map(([, host]) => host));
  for (const host of folder.hosts) if (machines.has(host)) folder.found('credentials', { name: `machine ${host}`, from: file, value: '' });
}
