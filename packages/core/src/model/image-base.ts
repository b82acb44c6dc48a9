import { checkOptions, checkText, checkTexts, checkVariables, optionError } from '@ambit/plugin-api';
import type { Owner, Wanted } from '@ambit/plugin-api';
import type { ImageBase } from './definition.ts';
import { checkPath, directoryOf } from './path.ts';
import type { Path } from './path.ts';

export interface PlatformOptions {
  /** `linux/amd64`, `linux/arm64`. Left out: that of the place where the image is used. */
  readonly platforms?: readonly string[];
}

export interface DebianOptions extends PlatformOptions {
  /** Version of Node: `'22'`. */
  readonly node?: string;
  /** Version of Python: `'3.12'`. */
  readonly python?: string;
}

export interface DockerfileOptions {
  /** The folder that it copies from. Left out: the folder of the Dockerfile. */
  readonly context?: Path;
  /** The stage to stop at. */
  readonly target?: string;
  readonly args?: Readonly<Record<string, string>>;
}

const name = '[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*';
const host = '(?:\\[[0-9a-fA-F:]+\\]|[A-Za-z0-9][A-Za-z0-9.-]*)(?::\\d+)?/';
const reference = new RegExp(`^(?:${host})?${name}(?:/${name})*(?::\\w[\\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`);
const platform = /^[a-z0-9]+\/[a-z0-9_]+(\/[a-z0-9.]+)?$/;

const wanted = {
  node: { expected: 'a version of Node', example: `fromDebianBase({ node: '22' })` },
  python: { expected: 'a version of Python', example: `fromDebianBase({ python: '3.12' })` },
  platforms: { expected: 'a list of platforms', example: `platforms: ['linux/amd64']` },
  reference: { expected: 'the reference of an image', example: `fromBase('node:22-slim')` },
  refName: { expected: 'the name of an image in the configuration', example: `fromRefName('base')` },
  target: { expected: 'the name of a stage', example: `fromDockerfile('./Dockerfile', { target: 'run' })` },
};

/** As engines and registries take it: `[HOST/]NAME[:TAG][@DIGEST]`. */
export function isReference(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 500 && reference.test(value);
}

export function checkReference(owner: Owner, option: string, value: unknown, expected: Wanted = wanted.reference): string {
  if (isReference(value)) return value;
  throw optionError(owner, option, expected, value);
}

function checkVersion(owner: Owner, option: 'node' | 'python', value: unknown): string {
  const shape = option === 'node' ? /^\d+(\.\d+){0,2}$/ : /^3\.\d+(\.\d+)?$/;
  if (typeof value === 'string' && shape.test(value)) return value;
  throw optionError(owner, option, wanted[option], value);
}

function checkPlatforms(owner: Owner, value: unknown): { readonly platforms?: readonly string[] } {
  if (value === undefined) return {};
  const platforms = checkTexts(owner, 'platforms', value, wanted.platforms);
  if (platforms.length === 0) throw optionError(owner, 'platforms', wanted.platforms, value);
  for (const [index, each] of platforms.entries())
    if (!platform.test(each)) throw optionError(owner, `platforms[${index}]`, { ...wanted.platforms, expected: 'a platform' }, each);
  return { platforms };
}

export interface DescribedBase {
  readonly base: ImageBase;
  readonly platforms?: readonly string[];
}

export function debianBase(owner: Owner, options: unknown): DescribedBase {
  const { node, python, platforms } = checkOptions(owner, 'options', options, ['node', 'python', 'platforms']);
  const base: ImageBase = {
    kind: 'debian',
    ...(node !== undefined && { node: checkVersion(owner, 'node', node) }),
    ...(python !== undefined && { python: checkVersion(owner, 'python', python) }),
  };
  return { base, ...checkPlatforms(owner, platforms) };
}

export function referenceBase(owner: Owner, value: unknown, options: unknown): DescribedBase {
  const { platforms } = checkOptions(owner, 'options', options, ['platforms']);
  return { base: { kind: 'reference', reference: checkReference(owner, 'reference', value) }, ...checkPlatforms(owner, platforms) };
}

export function dockerfileBase(owner: Owner, value: unknown, options: unknown): DescribedBase {
  const { context, target, args } = checkOptions(owner, 'options', options, ['context', 'target', 'args']);
  const file = checkPath(owner, 'file', value);
  const base: ImageBase = {
    kind: 'dockerfile',
    file,
    context: context === undefined ? directoryOf(file) : checkPath(owner, 'context', context),
    ...(target !== undefined && { target: checkText(owner, 'target', target, wanted.target) }),
    args: args === undefined ? Object.freeze({}) : checkVariables(owner, 'args', args),
  };
  return { base };
}

export function namedBase(owner: Owner, value: unknown): DescribedBase {
  return { base: { kind: 'named', name: checkText(owner, 'name', value, wanted.refName) } };
}
