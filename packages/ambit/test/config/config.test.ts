import { memoryBuilder, memoryExecutor } from '@ambit/testkit';
import { definePlugin } from '@ambit/plugin-api';
import { describe, expect, it } from 'vitest';
import { checkConfig } from '../../src/config/check-config.ts';
import { defineConfig } from '../../src/config/config.ts';
import { planSettings } from '../../src/config/plan-settings.ts';
import type { SettingsInput } from '../../src/config/plan-settings.ts';

const both = (): {
  readonly type: string;
  readonly apiVersion: 1;
  readonly builder: () => ReturnType<typeof memoryBuilder>;
  readonly executor: () => ReturnType<typeof memoryExecutor>;
} => definePlugin({ type: 'memory', apiVersion: 1, builder: () => memoryBuilder(), executor: () => memoryExecutor() });

const config = defineConfig({
  builders: { docker: both() },
  executors: { gpu: both(), cluster: both() },
  builder: 'docker',
  environments: { fold_env: { executor: ['gpu', 'cluster'] } },
  profiles: { ci: { builder: 'host', environments: { fold_env: { builder: 'docker' } } } },
});

const settings = (input: Partial<SettingsInput>): ReturnType<typeof planSettings> =>
  planSettings({ config, overrides: {}, env: {}, platform: 'linux/amd64', ...input });

describe('a configuration', () => {
  it('is taken where it is right', () => {
    expect(checkConfig(config, 'ambit.config.ts')).toBe(config);
    expect(checkConfig({}, 'ambit.config.ts')).toEqual({});
  });

  it.each([
    [undefined, 'exports no configuration'],
    [{ executer: 'local' }, "says executer, which nobody knows. Did you mean 'executor'?"],
    [{ executor: 'locl' }, 'is "locl", and there is no such executor. Did you mean \'local\'?'],
    [{ environments: { a: { executor: ['local', 'gpx'] } } }, 'environments.a: executor is "gpx"'],
    [{ profiles: { ci: { builder: 'dokcer' } } }, 'profiles.ci: builder is "dokcer"'],
    [{ profiles: { ci: { builders: {} } } }, 'profiles.ci says builders'],
    [{ builders: { x: { type: 'x', apiVersion: 2 } } }, 'speaks version 2'],
    [{ executors: { x: { type: 'x', apiVersion: 1, builder: () => undefined } } }, 'which offers no executor'],
    [{ images: { base: 3 } }, 'images.base is no reference'],
    [{ executors: { big: {} } }, 'executors.big is no plugin'],
    [{ builders: { auto: both() } }, "builders.auto has a name that means 'the first that fits'"],
    [{ environments: { a: { executor: [] } } }, 'environments.a: executor is an empty list'],
    [{ secrets: both() }, 'secrets is no list'],
    [{ images: { base: 'Not A Reference' } }, 'images.base is no reference'],
    [{ push: 'registry.test/team:latest' }, 'push is no repository'],
    [{ profiles: { ci: { push: '' } } }, 'profiles.ci: push is no repository'],
    [{ options: [] }, 'options is no object'],
    [{ environments: { a: { options: { size: () => 1 } } } }, 'environments.a: options.size is no plain data'],
    [{ profiles: { ci: { secrets: [both()] } } }, 'secrets[0] is the plugin'],
  ])('is refused with a sentence: %j', (value, words) => {
    expect(() => checkConfig(value, 'ambit.config.ts')).toThrow(words);
  });

  it('has names that are checked by the compiler', () => {
    // @ts-expect-error no such executor
    defineConfig({ executors: { gpu: both() }, executor: 'gpx' });
    // @ts-expect-error no such builder in a profile
    defineConfig({ builders: { docker: both() }, profiles: { ci: { builder: 'kaniko' } } });
    expect(defineConfig({ executor: 'local' })).toEqual({ executor: 'local' });
  });
});

describe('what decides for a plan', () => {
  it('knows the built-in parts first', () => {
    expect(settings({})).toMatchObject({ builders: ['host', 'docker'], executors: ['local', 'gpu', 'cluster'] });
  });

  it('is in general what the configuration says, and the profile over it', () => {
    expect(settings({}).defaults).toEqual({ builder: 'docker', by: 'configuration' });
    expect(settings({ overrides: { profile: 'ci' } }).defaults).toEqual({ builder: 'host', by: 'profile ci' });
    expect(settings({ env: { AMBIT_PROFILE: 'ci' } }).defaults?.by).toBe('profile ci');
  });

  it('is for one environment both, option by option', () => {
    expect(settings({ overrides: { profile: 'ci' } }).environments).toEqual({
      fold_env: { builder: 'docker', executor: ['gpu', 'cluster'], by: 'profile ci' },
    });
  });

  it('is where images are pushed, only those that have to be, or all', () => {
    const pushing = { ...config, push: 'registry.test:5000/team', profiles: { ci: { push: 'other.test/team' } } };
    expect(settings({ config: pushing }).push).toEqual({ repository: 'registry.test:5000/team', all: false });
    expect(settings({ config: pushing, overrides: { push: true, profile: 'ci' } }).push).toEqual({
      repository: 'other.test/team',
      all: true,
    });
    expect(settings({}).push).toBeUndefined();
    expect(() => settings({ overrides: { push: true } })).toThrow('says nothing of where to push');
  });

  it('is what executors are told, option by option', () => {
    const told = {
      ...config,
      options: { network: 'none', pidsLimit: 10 },
      environments: { a: { options: { network: 'host' } } },
      profiles: { ci: { options: { pidsLimit: 20 }, environments: { a: { options: { user: 'x' } } } } },
    };
    const { defaults, environments } = settings({ config: told, overrides: { profile: 'ci' } });
    expect(defaults).toMatchObject({ builder: 'docker', options: { network: 'none', pidsLimit: 20 } });
    expect(environments?.['a']).toMatchObject({ options: { network: 'host', user: 'x' } });
  });

  it('is a flag before a variable, for everything', () => {
    const env = { AMBIT_BUILDER: 'host', AMBIT_EXECUTOR: 'gpu' };
    expect(settings({ env, overrides: { builder: 'docker' } })).toMatchObject({
      builder: { name: 'docker', by: 'flag --builder' },
      executor: { name: 'gpu', by: 'variable AMBIT_EXECUTOR' },
    });
  });

  it.each([
    [{ overrides: { executor: 'gpuu' } }, "flag --executor names the executor gpuu, and there is no such executor. Did you mean 'gpu'?"],
    [{ env: { AMBIT_BUILDER: 'x' } }, 'variable AMBIT_BUILDER names the builder x'],
    [{ overrides: { profile: 'cii' } }, "profile cii is not in the configuration. Did you mean 'ci'?"],
  ])('is refused where a name is unknown: %j', (input, words) => {
    expect(() => settings(input)).toThrow(words);
  });
});
