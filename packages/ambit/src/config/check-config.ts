import { didYouMean, isReference } from '@ambit/core';
import { isPlainObject } from '@ambit/plugin-api';
import type { Plugin } from '@ambit/plugin-api';
import type { AnyConfig, ConfigPlacement, Settings } from './config.ts';
import { configError } from './config-errors.ts';

const placements = ['builder', 'executor', 'options'];
const settings = [...placements, 'environments', 'images', 'push', 'secrets'];
const builtIn = { builders: ['auto', 'host'], executors: ['local'] };

/** Refuses what is wrong in itself, with a suggestion. `file` is how messages call the configuration. */
export function checkConfig(value: unknown, file: string): AnyConfig {
  const config = object(value, file, 'exports no configuration');
  checkNames(config, [...settings, 'builders', 'executors', 'profiles'], file);
  for (const [role, part] of [
    ['builders', 'builder'],
    ['executors', 'executor'],
  ] as const)
    for (const [name, plugin] of Object.entries(object(config[role] ?? {}, `${file}: ${role}`, 'is no object')))
      checkInstance(name, plugin, part, `${file}: ${role}.${name}`);
  const known = {
    builders: [...builtIn.builders, ...Object.keys(config['builders'] ?? {})],
    executors: [...builtIn.executors, ...Object.keys(config['executors'] ?? {})],
  };
  checkSettings(config, known, file);
  for (const [name, profile] of Object.entries(object(config['profiles'] ?? {}, `${file}: profiles`, 'is no object'))) {
    const at = `${file}: profiles.${name}`;
    const checked = object(profile, at, 'is no object');
    checkNames(checked, settings, at);
    checkSettings(checked, known, at);
  }
  return config;
}

interface Known {
  readonly builders: readonly string[];
  readonly executors: readonly string[];
}

function checkSettings(part: Settings, known: Known, at: string): void {
  checkPlacement(part, known, at);
  for (const [name, placement] of Object.entries(object(part.environments ?? {}, `${at}: environments`, 'is no object'))) {
    const here = `${at}: environments.${name}`;
    checkNames(object(placement, here, 'is no object'), placements, here);
    checkPlacement(placement as ConfigPlacement, known, here);
  }
  for (const [name, reference] of Object.entries(object(part.images ?? {}, `${at}: images`, 'is no object')))
    if (!isReference(reference))
      throw configError(
        `${at}: images.${name}`,
        'is no reference of an image.',
        `Write it like this: images: { ${name}: 'busybox:latest' }.`,
      );
  checkPush(part.push, `${at}: push`);
  checkSources(part.secrets ?? [], `${at}: secrets`);
}

/** A tag is made for each image. */
function checkPush(value: unknown, at: string): void {
  if (value === undefined || (isReference(value) && !/[:@][^/]*$/.test(value))) return;
  throw configError(at, 'is no repository.', `Write registry and repository, without a tag: push: 'registry.example/team/ambit'.`);
}

function checkSources(value: unknown, at: string): void {
  if (!Array.isArray(value)) throw configError(at, 'is no list.', `Write it like this: secrets: [envFile('.env')].`);
  for (const [index, plugin] of value.entries()) checkPlugin(plugin, 'secrets', `${at}[${index}]`);
}

function checkPlacement({ builder, executor, options }: ConfigPlacement, known: Known, at: string): void {
  for (const [name, value] of Object.entries(object(options ?? {}, `${at}: options`, 'is no object')))
    if (!isData(value)) throw configError(`${at}: options.${name}`, 'is no plain data.', 'Use text, numbers, lists and objects of these.');
  if (builder !== undefined) checkKnown(builder, known.builders, 'builder', at);
  if (Array.isArray(executor) && executor.length === 0)
    throw configError(`${at}: executor`, 'is an empty list.', 'Name an executor, or leave it out.');
  for (const name of executor === undefined ? [] : [executor].flat()) checkKnown(name, known.executors, 'executor', at);
}

function checkKnown(name: unknown, known: readonly string[], what: string, at: string): void {
  if (typeof name === 'string' && known.includes(name)) return;
  throw configError(
    `${at}: ${what}`,
    `is ${JSON.stringify(name)}, and there is no such ${what}.${typeof name === 'string' ? didYouMean(name, known) : ''}`,
    `Use one of: ${known.join(', ')}; or add it under ${what}s.`,
  );
}

function checkInstance(name: string, plugin: unknown, role: 'builder' | 'executor', at: string): void {
  if (name === 'auto') throw configError(at, "has a name that means 'the first that fits'.", 'Give the instance another name.');
  checkPlugin(plugin, role, at);
}

function checkPlugin(value: unknown, role: 'builder' | 'executor' | 'secrets', at: string): void {
  const plugin = object(value, at, 'is no plugin') as Partial<Plugin>;
  if (plugin.type === undefined && plugin.apiVersion === undefined)
    throw configError(at, 'is no plugin.', "Write what a plugin's factory returns, such as local().");
  if (plugin.apiVersion !== 1)
    throw configError(
      at,
      `speaks version ${String(plugin.apiVersion)} of the plugin interface; this Ambit speaks 1.`,
      'Install versions that fit.',
    );
  if (typeof plugin[role] !== 'function')
    throw configError(at, `is the plugin ${String(plugin.type)}, which offers no ${role}.`, `Put a plugin here that offers one.`);
}

function checkNames(value: object, known: readonly string[], at: string): void {
  for (const name of Object.keys(value))
    if (!known.includes(name))
      throw configError(at, `says ${name}, which nobody knows.${didYouMean(name, known)}`, `Use ${known.join(', ')}; or leave it out.`);
}

function object(value: unknown, at: string, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw configError(at, `${what}.`, 'Write: export default defineConfig({ … }).');
}

/** What stays the same on its way through JSON. */
function isData(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (Array.isArray(value)) return value.every(isData);
  return isPlainObject(value) && Object.values(value).every(isData);
}
