import { access } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { LoadedProject } from '@ambit/bundler';
import type { PlanSettings } from '@ambit/core';
import { AmbitError, platformOf } from '@ambit/plugin-api';
import type { Logger } from '@ambit/plugin-api';
import type { ComposedApp } from '../compose/create-app.ts';
import { checkConfig } from '../config/check-config.ts';
import type { AnyConfig } from '../config/config.ts';
import { findConfig } from '../config/find-config.ts';
import { planSettings } from '../config/plan-settings.ts';
import type { Overrides } from '../config/plan-settings.ts';
import { findDirectories } from '../directories.ts';
import type { Directories } from '../directories.ts';
import { loadFile } from './load-file.ts';

export interface WorkspaceOptions {
  /** Absolute. A file of the project, which decides where its configuration is looked for. */
  readonly file: string;
  /** The configuration: a file's path or the object itself. Looked for where left out. */
  readonly config?: string | AnyConfig;
  readonly overrides: Overrides;
  readonly log: Logger;
  /** How modules of the user are loaded; plainly where left out. */
  readonly load?: typeof loadFile;
}

/** The parts that a project's configuration names, put together. */
export interface Workspace {
  readonly app: ComposedApp;
  readonly settings: PlanSettings;
  readonly directories: Directories;
  /** Absent where there is none, or it was given as an object. */
  readonly configFile?: string;
  /** Absolute, or as `WorkspaceOptions.load` takes it. */
  load(file: string): Promise<LoadedProject>;
}

export async function openWorkspace({ file, config, overrides, log, load = loadFile }: WorkspaceOptions): Promise<Workspace> {
  const configFile = typeof config === 'object' ? undefined : await configPath(file, config);
  const directories = findDirectories({ file, ...(configFile !== undefined && { config: configFile }) });
  const { createApp } = await import('../compose/create-app.ts');
  const loadHere = (module: string): Promise<LoadedProject> => load(module, directories.cache);
  const checked = typeof config === 'object' ? checkConfig(config, 'the configuration') : await readConfig(configFile, loadHere);
  const settings = planSettings({
    config: checked,
    overrides,
    env: process.env,
    platform: platformOf({ os: process.platform, arch: process.arch }),
  });
  const app = createApp({ config: ofProfile(checked, overrides), directories, log });
  return { app, settings, directories, load: loadHere, ...(configFile !== undefined && { configFile }) };
}

/** What a profile says of secrets replaces what the configuration says. */
function ofProfile(config: AnyConfig, { profile = process.env['AMBIT_PROFILE'] }: Overrides): AnyConfig {
  const secrets = profile === undefined ? undefined : config.profiles?.[profile]?.secrets;
  return secrets ? { ...config, secrets } : config;
}

/** Where the state of the project is that a file belongs to, without reading its configuration. */
export async function directoriesOf(file: string, config: string | undefined): Promise<Directories> {
  const configFile = await configPath(file, config);
  return findDirectories({ file, ...(configFile !== undefined && { config: configFile }) });
}

async function configPath(file: string, named: string | undefined): Promise<string | undefined> {
  const path = named ?? process.env['AMBIT_CONFIG'];
  if (path === undefined) return findConfig(dirname(file));
  const absolute = resolve(path);
  await access(absolute).catch((cause: unknown) => {
    throw new AmbitError('AMBIT_CONFIG_NOT_FOUND', `There is no configuration ${path}.`, {
      hint: 'Correct the path, or leave it out.',
      facts: { path },
      cause,
    });
  });
  return absolute;
}

async function readConfig(file: string | undefined, load: (file: string) => Promise<LoadedProject>): Promise<AnyConfig> {
  if (file === undefined) return {};
  const { exports } = await load(file);
  return checkConfig(exports['default'], file);
}
