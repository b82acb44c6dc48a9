import { didYouMean } from '@ambit/core';
import type { PlanSettings } from '@ambit/core';
import { AmbitError } from '@ambit/plugin-api';
import type { AnyConfig, ConfigPlacement, Settings } from './config.ts';
import { configError } from './config-errors.ts';

/** What flags and variables say, which overrides everything. */
export interface Overrides {
  readonly builder?: string;
  readonly executor?: string;
  readonly profile?: string;
  /** Pushes all images that builders of containers make. */
  readonly push?: boolean;
}

export interface SettingsInput {
  readonly config: AnyConfig;
  readonly overrides: Overrides;
  readonly env: NodeJS.ProcessEnv;
  readonly platform: string;
}

/** What decides besides the code, in the order of precedence. */
export function planSettings({ config, overrides, env, platform }: SettingsInput): PlanSettings {
  const profileName = overrides.profile ?? env['AMBIT_PROFILE'];
  const profile = profileName === undefined ? {} : findProfile(config, profileName);
  const said = `profile ${profileName}`;
  const known = {
    builder: ['host', ...Object.keys(config.builders ?? {}).filter((name) => name !== 'host')],
    executor: ['local', ...Object.keys(config.executors ?? {}).filter((name) => name !== 'local')],
  };
  const override = (what: 'builder' | 'executor'): { name: string; by: string } | undefined => {
    const variable = `AMBIT_${what.toUpperCase()}`;
    const [name, by] = overrides[what] !== undefined ? [overrides[what], `flag --${what}`] : [env[variable], `variable ${variable}`];
    if (name === undefined) return undefined;
    checkOverride(name, what, by, what === 'builder' ? ['auto', ...known.builder] : known.executor);
    return { name, by };
  };
  const [builder, executor] = [override('builder'), override('executor')];
  const defaults = { ...general(config, 'configuration'), ...general(profile, said), ...merged(config, profile) };
  return {
    platform,
    builders: known.builder,
    executors: known.executor,
    ...(builder && { builder }),
    ...(executor && { executor }),
    ...(Object.keys(defaults).length > 0 && { defaults: { by: 'configuration', ...defaults } }),
    environments: byName([
      [config, 'configuration'],
      [profile, said],
    ]),
    images: { ...config.images, ...profile.images },
    ...pushed(profile.push ?? config.push, overrides.push === true),
  };
}

function pushed(repository: string | undefined, all: boolean): Pick<PlanSettings, 'push'> {
  if (repository !== undefined) return { push: { repository, all } };
  if (!all) return {};
  throw configError('The configuration', 'says nothing of where to push.', "Add push: 'registry.example/team/ambit', or leave --push out.");
}

function findProfile(config: AnyConfig, name: string): Settings {
  const profile = config.profiles?.[name];
  if (profile) return profile;
  const known = Object.keys(config.profiles ?? {});
  throw configError(
    `profile ${name}`,
    `is not in the configuration.${didYouMean(name, known)}`,
    known.length > 0 ? `Use one of: ${known.join(', ')}.` : 'Add it under profiles, or leave --profile out.',
  );
}

function checkOverride(name: string, what: string, by: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  throw new AmbitError('AMBIT_CONFIG_UNKNOWN', `${by} names the ${what} ${name}, and there is no such ${what}.${didYouMean(name, known)}`, {
    hint: `Use one of: ${known.join(', ')}.`,
    facts: { name, known: [...known] },
  });
}

function placement({ builder, executor }: ConfigPlacement): { builder?: string; executor?: readonly string[] } {
  return { ...(builder !== undefined && { builder }), ...(executor !== undefined && { executor: [executor].flat() }) };
}

function general(part: Settings, by: string): { builder?: string; executor?: readonly string[]; by?: string } {
  const said = placement(part);
  return Object.keys(said).length > 0 ? { ...said, by } : {};
}

/** Later parts win, option by option. */
function byName(parts: readonly (readonly [Settings, string])[]): NonNullable<PlanSettings['environments']> {
  const all: Record<string, NonNullable<PlanSettings['environments']>[string]> = {};
  for (const [part, by] of parts)
    for (const [name, each] of Object.entries(part.environments ?? {}))
      all[name] = { ...all[name], ...placement(each), ...merged(all[name], each), by };
  return all;
}

/** Options of one place, each by itself: the later wins. */
function merged(...parts: readonly (Pick<ConfigPlacement, 'options'> | undefined)[]): Pick<ConfigPlacement, 'options'> {
  const options = Object.assign({}, ...parts.map((part) => part?.options)) as NonNullable<ConfigPlacement['options']>;
  return Object.keys(options).length > 0 ? { options } : {};
}
