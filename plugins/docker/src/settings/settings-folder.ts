import { isLoopback } from '../builder/build-proxies.ts';
import { certificatesIn } from './certificates.ts';
import { openAddress } from './open-address.ts';
import type { Finding, Lack, Setting } from './setting.ts';
import type { UserPlace } from './user-place.ts';

/** What the commands of a build are to read of the settings of one installer, as files; none of it is secret. */
export class SettingsFolder {
  readonly #target: string;
  readonly #variables = new Map<string, string>();
  readonly #config = new Map<string, string>();
  readonly #certificates = new Map<string, string>();
  readonly #findings: Finding[] = [];
  readonly #hosts = new Set<string>();

  /** `target`: where commands find it. */
  constructor(target: string) {
    this.#target = target;
  }

  get findings(): readonly Finding[] {
    return this.#findings;
  }

  /** Of the addresses of indexes. */
  get hosts(): ReadonlySet<string> {
    return this.#hosts;
  }

  /** By their names. */
  get files(): ReadonlyMap<string, string> {
    const variables = [...this.#variables].map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'\n`);
    const config = [...this.#config].map(([name, value]) => `${name}=${JSON.stringify(value)}\n`);
    return new Map([
      ...[...this.#certificates].map(([text, name]) => [name, text] as const),
      ...(variables.length > 0 ? [['variables.sh', variables.join('')] as const] : []),
      ...(config.length > 0 ? [['npmrc', config.join('')] as const] : []),
    ]);
  }

  variable(name: string, value: string | undefined): void {
    if (value !== undefined) this.#variables.set(name, value);
  }

  npmConfig(name: string, value: string | undefined): void {
    if (value !== undefined) this.#config.set(name, value);
  }

  found(lack: Lack, { name, from }: Setting): void {
    this.#findings.push({ lack, setting: { name, from } });
  }

  /** Without its credentials. */
  address(setting: Setting): string | undefined {
    const open = openAddress(setting.value);
    if (!open) this.found('address', setting);
    else if (open.hadCredentials) this.found('credentials', setting);
    if (open && isLoopback(open.address)) this.found('loopback', setting);
    if (open) this.#hosts.add(new URL(open.address).hostname);
    return open?.address;
  }

  /** Undefined for one that is left out: then a build has what variables say, which may have a password. */
  proxy(setting: Setting): string | undefined {
    const open = openAddress(setting.value.includes('://') ? setting.value : `http://${setting.value}`);
    const lack = !open ? 'address' : open.hadCredentials ? 'login' : isLoopback(open.address) ? 'loopback' : undefined;
    if (lack === undefined) return open?.address;
    this.found(lack, setting);
    return undefined;
  }

  /** Where certificates that only this machine has are seen by commands. */
  async certificates(setting: Setting, user: UserPlace, signal: AbortSignal): Promise<string | undefined> {
    const text = await certificatesIn(setting.value, user, signal);
    if (text === undefined) {
      this.found('certificates', setting);
      return undefined;
    }
    const name = this.#certificates.get(text) ?? `certificates-${this.#certificates.size + 1}.pem`;
    this.#certificates.set(text, name);
    return `${this.#target}/${name}`;
  }
}
