import { join } from 'node:path';
import { openIndexes, words } from './indexes.ts';
import { findLogins } from './netrc.ts';
import { pipSections } from './pip-config.ts';
import type { Setting } from './setting.ts';
import type { SettingsFolder } from './settings-folder.ts';
import { textIn, variable } from './user-place.ts';
import type { UserPlace } from './user-place.ts';
import { gatherUv } from './uv-settings.ts';

const known = ['index-url', 'extra-index-url', 'trusted-host', 'cert', 'client-cert', 'proxy', 'retries', 'timeout', 'default-timeout'];
const bundles = ['REQUESTS_CA_BUNDLE', 'SSL_CERT_FILE'];

/** Indexes, certificates and proxies that pip would use, as it reads them: variables over its files; and what uv would. */
export async function gatherPip(folder: SettingsFolder, user: UserPlace, signal: AbortSignal): Promise<void> {
  const inFiles = await settingsInFiles(user, signal);
  for (const name of known) {
    const own = `PIP_${name.toUpperCase().replaceAll('-', '_')}`;
    const setting = variable(user, own) ?? inFiles.get(name);
    if (!setting?.value) continue;
    switch (name) {
      case 'client-cert':
        folder.found('credentials', setting);
        break;
      case 'cert':
        await passCertificate(folder, setting, { user, signal });
        break;
      case 'proxy':
        passProxy(folder, setting);
        break;
      case 'index-url':
      case 'extra-index-url':
        folder.variable(own, openIndexes(folder, setting));
        break;
      default:
        folder.variable(own, words(setting.value).join(' '));
    }
  }
  await gatherUv(folder, user, signal);
  for (const name of bundles) {
    const setting = variable(user, name);
    if (setting) folder.variable(name, await folder.certificates(setting, user, signal));
  }
  await findLogins(folder, user, signal);
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

/** Also for uv, where no variable names one for its protocol. */
function passProxy(folder: SettingsFolder, setting: Setting): void {
  const proxy = folder.proxy(setting);
  for (const name of ['PIP_PROXY', 'ALL_PROXY']) folder.variable(name, proxy);
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
