import { tar } from '@ambit/plugin-api';
import type { InstallerSettings, Logger, RenderedStep } from '@ambit/plugin-api';
import { gatherNpm } from './npm-settings.ts';
import { gatherPip } from './pip-settings.ts';
import { warningsOf } from './settings-warnings.ts';
import { SettingsFolder } from './settings-folder.ts';
import type { UserPlace } from './user-place.ts';

const gathering = { npm: gatherNpm, pip: gatherPip };

/** Gives builds what the user has set up for installers, and says once what they are not given. */
export class UserSettings {
  readonly #user: UserPlace;
  readonly #log: Logger;
  readonly #told = new Set<string>();

  constructor(user: UserPlace, log: Logger) {
    this.#user = user;
    this.#log = log;
  }

  /** The context of a step as a tar, with the settings that its installers read. */
  async context({ context, settings = [] }: RenderedStep, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const files = new Map<string, Uint8Array>();
    for (const each of settings)
      for (const [name, text] of await this.#gathered(each, signal)) files.set(`${each.folder}/${name}`, Buffer.from(text));
    if (files.size === 0) return context.open(signal);
    const added = [...files].map(([path, { length }]) => ({ path, kind: 'file', mode: 0o644, size: length }) as const);
    async function* read(path: string): AsyncGenerator<Uint8Array> {
      const own = files.get(path);
      if (own) yield own;
      else yield* context.read(path, signal);
    }
    return tar([...context.entries, ...added], read);
  }

  async #gathered({ installer, target }: InstallerSettings, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const folder = new SettingsFolder(target);
    await gathering[installer](folder, this.#user, signal);
    for (const { message, ...facts } of warningsOf(folder.findings)) {
      if (!this.#told.has(message)) this.#log.warn(message, facts);
      this.#told.add(message);
    }
    return folder.files;
  }
}
