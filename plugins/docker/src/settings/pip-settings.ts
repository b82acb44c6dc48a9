import { join } from 'node:path';
import { pipSections } from './pip-config.ts';
import type { Setting } from './setting.ts';
import type { SettingsFolder } from './settings-folder.ts';
import { textIn, variable } from './user-place.ts';
import type { UserPlace } from './user-place.ts';

const known = ['index-url', 'extra-index-url', 'trusted-host', 'cert', 'client-cert'];
const bundles = ['REQUESTS_CA_BUNDLE', 'SSL_CERT_FILE'];
const indexesOfUv = ['UV_DEFAULT_INDEX', 'UV_INDEX_URL', 'UV_INDEX', 'UV_EXTRA_INDEX_URL'];

/** Indexes and certificates that pip would use, as it reads them: variables over its files. Of uv only what variables say. */
export async function gatherPip(folder: SettingsFolder, user: UserPlace, signal: AbortSignal): Promise<void> {
  const inFiles = await settingsInFiles(user, signal);
  for (const name of known) {
    const own = `PIP_${name.toUpperCase().replaceAll('-', '_')}`;
    const setting = variable(user, own) ?? inFiles.get(name);
    if (!setting?.value) continue;
    if (name === 'client-cert') folder.found('credentials', setting);
    else if (name === 'cert') await passCertificate(folder, setting, { user, signal });
    else folder.variable(own, name === 'trusted-host' ? words(setting.value).join(' ') : openIndexes(folder, setting));
  }
  for (const name of indexesOfUv) {
    const setting = variable(user, name);
    if (setting) folder.variable(name, openIndexes(folder, setting));
  }
  for (const name of Object.keys(user.env)) {
    const password = /^UV_INDEX_\w+_PASSWORD$/.test(name) && variable(user, name);
    if (password) folder.found('credentials', password);
  }
  for (const name of bundles) {
    const setting = variable(user, name);
    if (setting) folder.variable(name, await folder.certificates(setting, user, signal));
  }
}

/** Also by the names that uv knows, and that one of the image's own would have before it. Those of the user go before both. */
async function passCertificate(
  folder: SettingsFolder,
  setting: Setting,
  { user, signal }: { readonly user: UserPlace; readonly signal: AbortSignal },
): Promise<void> {
  const path = await folder.certificates(setting, user, signal);
  for (const name of ['PIP_CERT', ...bundles]) folder.variable(name, path);
}

/** uv lets them have names: `corp=https://…`. */
function openIndexes(folder: SettingsFolder, setting: Setting): string | undefined {
  const open = words(setting.value).flatMap((word) => {
    const [, name = '', value = ''] = /^([\w.-]+=)?(.*)$/.exec(word) ?? [];
    const address = folder.address({ ...setting, value });
    return address === undefined ? [] : [`${name}${address}`];
  });
  return open.length > 0 ? open.join(' ') : undefined;
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** What is said for `install` goes before what is said for all commands, whichever file says it. */
async function settingsInFiles(user: UserPlace, signal: AbortSignal): Promise<ReadonlyMap<string, Setting>> {
  const found = { global: new Map<string, Setting>(), install: new Map<string, Setting>() };
  for (const file of filesOf(user))
    for (const { section, settings } of pipSections(await textIn(file, user, signal), file))
      if (section === 'global' || section === 'install') for (const [name, setting] of settings) found[section].set(name, setting);
  return new Map([...found.global, ...found.install]);
}

/** Later ones override. */
function filesOf({ env, home }: UserPlace): readonly string[] {
  const last = env['PIP_CONFIG_FILE'];
  if (last === '/dev/null') return [];
  const library = 'Library/Application Support';
  const folders = [
    ...[join('/', library, 'pip'), ...(env['XDG_CONFIG_DIRS'] || '/etc/xdg').split(':').map((each) => join(each, 'pip')), '/etc'],
    ...[join(home, '.pip'), join(home, library, 'pip'), join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'pip')],
  ];
  return [...folders.map((folder) => join(folder, 'pip.conf')), ...(last ? [last] : [])];
}
