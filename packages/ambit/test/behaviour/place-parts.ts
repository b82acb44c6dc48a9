import { cp, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadProject } from '@ambit/bundler';
import type { LoadedProject } from '@ambit/bundler';
import type { PlanSettings } from '@ambit/core';
import { platformOf } from '@ambit/plugin-api';
import type { Executor } from '@ambit/plugin-api';
import { behaviourProject, silentLogger } from '@ambit/testkit';
import * as ambit from '../../src/index.ts';
import { installFiles } from '../../src/app/installed-files.ts';
import { createApp } from '../../src/compose/create-app.ts';
import type { ComposedApp } from '../../src/compose/create-app.ts';
import { checkConfig } from '../../src/config/check-config.ts';
import type { AnyConfig } from '../../src/config/config.ts';
import { planSettings } from '../../src/config/plan-settings.ts';

/** The whole of Ambit over one executor, with state and caches of its own, and the project loaded. */
export interface PlaceParts {
  /** All of it lies below. */
  readonly folder: string;
  readonly directories: { readonly state: string; readonly machineState: string; readonly cache: string };
  readonly app: ComposedApp;
  readonly settings: PlanSettings;
  readonly project: LoadedProject;
}

/** `config`: a module that exports what `behaviourConfig` made. `wrap`: what of its executors is other than it should be. */
export async function placeParts(config: URL, wrap: (executor: Executor) => Executor): Promise<PlaceParts> {
  const folder = await mkdtemp(join(tmpdir(), 'ambit-behaviour-'));
  const at = (name: string): string => join(folder, name);
  const directories = { state: at('state'), machineState: at('machine'), cache: at('cache') };
  await cp(behaviourProject(), at('project'), { recursive: true });
  const module = (await import(config.href)) as { readonly default: unknown };
  const wrapped = withExecutors(checkConfig(module.default, config.pathname), wrap);
  const app = createApp({ config: wrapped, directories, log: silentLogger });
  await app.runs.open();
  installFiles(app.objects);
  const platform = platformOf({ os: process.platform, arch: process.arch });
  const settings = planSettings({ config: wrapped, overrides: {}, env: {}, platform });
  const project = await loadProject({
    entry: at('project/main.ts'),
    cacheDirectory: directories.cache,
    ambit: await ownAmbit(at('ambit.mjs')),
  });
  return { folder, directories, app, settings, project };
}

/** Node loads the project's code, and cannot load the sources that this process runs: a module that has them from here. */
async function ownAmbit(path: string): Promise<string> {
  const key = 'ambit of the behaviour tests';
  (globalThis as unknown as Record<string, unknown>)[key] = ambit;
  await writeFile(path, `export const { ${Object.keys(ambit).join(', ')} } = globalThis[${JSON.stringify(key)}];\n`);
  return pathToFileURL(path).href;
}

function withExecutors(config: AnyConfig, wrap: (executor: Executor) => Executor): AnyConfig {
  const executors = Object.entries(config.executors ?? {}).map(([name, plugin]) => [
    name,
    { ...plugin, executor: (host: Parameters<typeof plugin.executor>[0]) => wrap(plugin.executor(host)) },
  ]);
  return { ...config, executors: Object.fromEntries(executors) as NonNullable<AnyConfig['executors']> };
}
