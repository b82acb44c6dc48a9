import { AmbitError, checkOptionNames, checkText, isPlainObject, optionError } from '@ambit/plugin-api';
import type { AnyConfig } from '../config/config.ts';
import type { App } from './app.ts';
import { ConfiguredApp } from './configured-app.ts';
import { isLoading } from './is-main.ts';
import { quietLogger } from './quiet-logger.ts';
import { openWorkspace } from './workspace.ts';
import type { Workspace } from './workspace.ts';

export interface InitOptions {
  /** A file's path, or the configuration itself; looked for from the task's file upwards where left out. */
  readonly config?: string | AnyConfig;
  readonly profile?: string;
}

const owner = { title: 'initFromConfig', facts: {} };
const wanted = {
  config: { expected: 'the path of a configuration, or a configuration', example: `initFromConfig({ config: { builder: 'host' } })` },
  profile: { expected: 'the name of a profile', example: `initFromConfig({ profile: 'ci' })` },
};

/** An app by the project's configuration. Nothing is opened before its first use. */
export async function initFromConfig(options: InitOptions = {}): Promise<App> {
  checkOptionNames(owner, options, ['config', 'profile']);
  const { config, profile } = options;
  if (typeof config === 'string') checkText(owner, 'config', config, wanted.config);
  else if (config !== undefined && !isPlainObject(config)) throw optionError(owner, 'config', wanted.config, config);
  if (profile !== undefined) checkText(owner, 'profile', profile, wanted.profile);
  return new ConfiguredApp(new SharedWorkspace(options), {});
}

/** What apps that differ in their options share. */
export class SharedWorkspace {
  readonly #options: InitOptions;
  #workspace: Promise<Workspace> | undefined;
  #isClosed = false;

  constructor(options: InitOptions) {
    this.#options = options;
  }

  /** `file` decides where the configuration is looked for; of several, the first. */
  async open(file: string): Promise<Workspace> {
    if (isLoading())
      throw new AmbitError('AMBIT_LOAD_RUN_WHILE_LOADING', 'A run or plan was asked for while the file that defines it was being loaded.', {
        hint: 'Guard it: if (isMain(import.meta)) { … }.',
      });
    if (this.#isClosed)
      throw new AmbitError('AMBIT_APP_CLOSED', 'The app was closed, and then used.', { hint: 'Call initFromConfig() again.' });
    this.#workspace ??= this.#openFor(file);
    return this.#workspace;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const workspace = await this.#workspace?.catch(() => undefined);
    await workspace?.app.dispose();
  }

  #openFor(file: string): Promise<Workspace> {
    const { config, profile } = this.#options;
    const opened = openWorkspace({
      file,
      overrides: profile === undefined ? {} : { profile },
      log: quietLogger,
      ...(config !== undefined && { config }),
    });
    // What was wrong may be mended by the next use.
    opened.catch(() => (this.#workspace = undefined));
    return opened;
  }
}
