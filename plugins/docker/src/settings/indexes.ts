import type { Setting } from './setting.ts';
import type { SettingsFolder } from './settings-folder.ts';

/** Several, without their credentials. uv lets them have names: `corp=https://…`. */
export function openIndexes(folder: SettingsFolder, setting: Setting): string | undefined {
  const open = words(setting.value).flatMap((word) => {
    const [, name = '', value = ''] = /^([\w.-]+=)?(.*)$/.exec(word) ?? [];
    const address = folder.address({ ...setting, value });
    return address === undefined ? [] : [`${name}${address}`];
  });
  return open.length > 0 ? open.join(' ') : undefined;
}

export function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
