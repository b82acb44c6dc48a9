import { join } from 'node:path';
import { openIndexes } from './indexes.ts';
import type { SettingsFolder } from './settings-folder.ts';
import { textIn, variable } from './user-place.ts';
import type { UserPlace } from './user-place.ts';

const indexes = ['UV_DEFAULT_INDEX', 'UV_INDEX_URL', 'UV_INDEX', 'UV_EXTRA_INDEX_URL'];
const patience = ['UV_HTTP_TIMEOUT', 'UV_HTTP_RETRIES'];
/** A table or a key of its file that names indexes. */
const namesIndexes = /^\s*(?:\[\[(?:pip\.)?index\]\]|(?:(?:extra-)?index-url|index)\s*=)/m;

/** What variables say. Its file is only said to be left out where it names indexes: it is no flat list of settings. */
export async function gatherUv(folder: SettingsFolder, user: UserPlace, signal: AbortSignal): Promise<void> {
  for (const name of indexes) {
    const setting = variable(user, name);
    if (setting) folder.variable(name, openIndexes(folder, setting));
  }
  for (const name of patience) folder.variable(name, variable(user, name)?.value);
  for (const name of Object.keys(user.env)) {
    const password = /^UV_INDEX_\w+_PASSWORD$/.test(name) && variable(user, name);
    if (password) folder.found('credentials', password);
  }
  for (const file of filesOf(user))
    if (namesIndexes.test(await textIn(file, user, signal))) folder.found('file', { name: 'the indexes of uv', from: file, value: '' });
}

function filesOf({ env, home }: UserPlace): readonly string[] {
  const named = env['UV_CONFIG_FILE'];
  if (named) return [named];
  return [join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'uv/uv.toml'), '/etc/uv/uv.toml', '/etc/xdg/uv/uv.toml'];
}
