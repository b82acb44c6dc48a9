import { dirname, join } from 'node:path';
import { certificatesOf } from './certificates.ts';
import { npmrcSettings } from './npmrc.ts';
import { ENVIRONMENT } from './setting.ts';
import type { Setting } from './setting.ts';
import type { SettingsFolder } from './settings-folder.ts';
import { textIn, variable } from './user-place.ts';
import type { UserPlace } from './user-place.ts';

type Settings = ReadonlyMap<string, Setting>;

const PUBLIC = '//registry.npmjs.org/';
const registryName = /^(?:@[^\s=:/]+:)?registry$/;
const proxyName = /^(?:https-)?proxy$/;
/** Hosts that are reached without a proxy, and how patient npm is. */
const plainName = /^(?:noproxy|fetch-retries|fetch-retry-factor|fetch-retry-m(?:in|ax)timeout|fetch-timeout)$/;
const secretName = /^(?:(\/\/.*\/?):)?(?:_auth|_authtoken|_password|key|keyfile)$/i;

/** Indexes, certificates and proxies that npm would use, as it reads them: variables over the user's file, and that over the one of the machine. */
export async function gatherNpm(folder: SettingsFolder, user: UserPlace, signal: AbortSignal): Promise<void> {
  const inVariables = variablesOf(user);
  const all = new Map([...(await settingsInFiles(user, inVariables, signal)), ...inVariables]);
  const places = all.has('registry') ? [] : [PUBLIC];
  for (const [name, setting] of all) {
    const value = await valueOf(name, setting, { folder, user, signal });
    if (registryName.test(name) && value !== undefined) places.push(placeOf(value.replace(/^https?:/, '')));
    // A shell cannot export the name of a scope.
    if (setting.from === ENVIRONMENT && !name.startsWith('@')) folder.variable(`npm_config_${name.replaceAll('-', '_')}`, value);
    else folder.npmConfig(name, value);
  }
  for (const [name, setting] of all) if (isSecretOf(name, setting, places)) folder.found('credentials', setting);
  const extra = variable(user, 'NODE_EXTRA_CA_CERTS');
  if (extra) folder.variable(extra.name, await folder.certificates(extra, user, signal));
}

interface Gathering {
  readonly folder: SettingsFolder;
  readonly user: UserPlace;
  readonly signal: AbortSignal;
}

/** Undefined for what is not passed on. */
async function valueOf(name: string, setting: Setting, { folder, user, signal }: Gathering): Promise<string | undefined> {
  if (registryName.test(name)) return folder.address(setting);
  if (name === 'ca' || name === 'ca[]') return certificatesOf(setting.value);
  if (name === 'cafile') return folder.certificates(setting, user, signal);
  if (proxyName.test(name)) return openProxy(folder, setting);
  if (plainName.test(name)) return setting.value;
  return name === 'strict-ssl' ? String(setting.value !== 'false') : undefined;
}

/** `false` is none, whatever variables say; `null` says nothing. */
function openProxy(folder: SettingsFolder, setting: Setting): string | undefined {
  if (setting.value === '' || setting.value === 'null') return undefined;
  return setting.value === 'false' ? 'false' : folder.proxy(setting);
}

/** What is said for one address holds for all below it. */
function isSecretOf(name: string, { value }: Setting, places: readonly string[]): boolean {
  const found = secretName.exec(name);
  // npm leaves the name of a variable that is not there, and no index takes that for a password.
  if (!found || value === '' || value.includes('${')) return false;
  const [, above] = found;
  return above === undefined || places.some((place) => place.startsWith(placeOf(above)));
}

function placeOf(path: string): string {
  return path.endsWith('/') ? path : `${path}/`;
}

function variablesOf({ env }: UserPlace): Settings {
  const found = new Map<string, Setting>();
  for (const [written, value] of Object.entries(env)) {
    if (!/^npm_config_/i.test(written) || !value) continue;
    const name = written.slice('npm_config_'.length);
    found.set(name.startsWith('//') ? name : name.replace(/(?!^)_/g, '-').toLowerCase(), { name: written, from: ENVIRONMENT, value });
  }
  return found;
}

async function settingsInFiles(user: UserPlace, inVariables: Settings, signal: AbortSignal): Promise<Settings> {
  const own = inVariables.get('userconfig')?.value ?? join(user.home, '.npmrc');
  const read = async (file: string): Promise<Settings> => npmrcSettings(await textIn(file, user, signal), file, user.env);
  const inOwn = await read(own);
  const prefix = (inVariables.get('prefix') ?? inOwn.get('prefix'))?.value ?? dirname(dirname(process.execPath));
  const global = (inVariables.get('globalconfig') ?? inOwn.get('globalconfig'))?.value ?? join(prefix, 'etc/npmrc');
  return new Map([...(await read(global)), ...inOwn]);
}
