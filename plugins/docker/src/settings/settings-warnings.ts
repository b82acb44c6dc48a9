import type { Finding, Lack } from './setting.ts';

export interface SettingsWarning {
  readonly message: string;
  readonly hint: string;
  readonly settings: readonly string[];
}

const words: Readonly<Record<Lack, { readonly what: (names: string) => string; readonly hint: string }>> = {
  credentials: {
    what: (names) => `Builds in the Docker engine go without the credentials in ${names}: the engine would keep them.`,
    hint: 'Name an index that needs no password, or build with the builder "host", whose installers have them.',
  },
  login: {
    what: (names) => `Builds in the Docker engine go without ${names}: the engine would keep its password.`,
    hint: 'Name that proxy in HTTPS_PROXY and HTTP_PROXY, which builds have and nothing keeps; or build with the builder "host".',
  },
  address: {
    what: (names) => `Builds in the Docker engine go without ${names}: it is no address of http or https.`,
    hint: 'Name an index, or a proxy, by an address that the engine reaches.',
  },
  certificates: {
    what: (names) => `Builds in the Docker engine go without ${names}: it names no file with certificates.`,
    hint: 'Correct the path, or take the setting away.',
  },
  file: {
    what: (names) => `Builds in the Docker engine go without ${names}: that file is not read for them.`,
    hint: 'Name the indexes in UV_DEFAULT_INDEX and UV_INDEX, or build with the builder "host".',
  },
  loopback: {
    what: (names) => `Builds in the Docker engine do not reach this machine by ${names}: the address means the build itself there.`,
    hint: 'Name this machine by an address that the engine reaches.',
  },
};

/** One for each kind of lack. They name settings, and never say what these hold. */
export function warningsOf(findings: readonly Finding[]): readonly SettingsWarning[] {
  return (Object.keys(words) as Lack[]).flatMap((lack) => {
    const found = findings.filter((each) => each.lack === lack).map(({ setting: { name, from } }) => `${name} (${from})`);
    const settings = [...new Set(found)];
    return settings.length > 0 ? [{ message: words[lack].what(settings.join(', ')), hint: words[lack].hint, settings }] : [];
  });
}
