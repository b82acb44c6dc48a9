import { checkOptions, checkText, checkTexts, checkVariables, isPlainObject, optionError } from '@ambit/plugin-api';
import type { Owner } from '@ambit/plugin-api';
import type { LayerDescription } from './definition.ts';
import { checkCommands, checkList } from './image-lists.ts';
import { checkPath, resolvePath } from './path.ts';
import { parseBuildSecrets } from './secret.ts';
import type { Secret } from './secret.ts';

export interface PipOptions {
  readonly indexUrl?: string;
  readonly extraIndexUrls?: readonly string[];
  /** Variables of the installer of this layer, and of nothing else: `${TOKEN}` in an address or in a requirement means the value. */
  readonly secrets?: readonly (string | Secret)[];
}

export interface UvOptions {
  /** Dependency groups besides the project's own dependencies. */
  readonly groups?: readonly string[];
}

const wanted = {
  workdir: { expected: 'an absolute folder of the image', example: `withWorkdir('/app')` },
  user: { expected: 'a user, or user and group, by name or number', example: `withUser('node') or withUser('1000:1000')` },
  to: { expected: 'a folder of the image: absolute, or below the one it works in', example: `withSource('./data', '/app/data')` },
  variables: { expected: 'at least one variable', example: `withEnv({ LOG_LEVEL: 'debug' })` },
  indexUrl: { expected: 'the address of a package index', example: `{ indexUrl: 'https://pypi.org/simple' }` },
  extraIndexUrls: { expected: 'a list of addresses of package indexes', example: `{ extraIndexUrls: ['https://pypi.org/simple'] }` },
  groups: { expected: 'a list of dependency groups', example: `withUvProject('.', { groups: ['gpu'] })` },
};

/** Who is to blame in messages: a call of `Image`. */
export function callOf(call: string): Owner {
  return { title: `Image.${call}`, facts: { call } };
}

function pipOptions(
  owner: Owner,
  options: unknown,
): { readonly indexUrl?: string; readonly extraIndexUrls?: readonly string[]; readonly secrets: readonly string[] } {
  const { indexUrl, extraIndexUrls, secrets = [] } = checkOptions(owner, 'options', options, ['indexUrl', 'extraIndexUrls', 'secrets']);
  return {
    ...(indexUrl !== undefined && { indexUrl: checkText(owner, 'indexUrl', indexUrl, wanted.indexUrl) }),
    ...(extraIndexUrls !== undefined && { extraIndexUrls: checkTexts(owner, 'extraIndexUrls', extraIndexUrls, wanted.extraIndexUrls) }),
    secrets: parseBuildSecrets(owner, secrets),
  };
}

/** npm resolves `file:` and relative specs from where it runs: they are of the module that makes the call. */
function npmSpec(spec: string): string {
  if (/^(\.{0,2}\/|\.{1,2}$)/.test(spec)) return `file:${resolvePath(spec)}`;
  const [, before, path] = /^((?:.*@)?file:)(.+)$/.exec(spec) ?? [];
  return before === undefined || path === undefined ? spec : before + resolvePath(path);
}

export function aptLayer(names: readonly unknown[]): LayerDescription {
  return { kind: 'apt', packages: checkList(callOf('withAptPackages'), 'apt', names) };
}

export function npmLayer(specs: readonly unknown[]): LayerDescription {
  return { kind: 'npm', specs: Object.freeze(checkList(callOf('withNpmPackages'), 'npm', specs).map(npmSpec)) };
}

export function npmProjectLayer(directory: unknown): LayerDescription {
  return { kind: 'npm-project', directory: checkPath(callOf('withNpmProject'), 'directory', directory) };
}

export function pipLayer(specs: readonly unknown[]): LayerDescription {
  const owner = callOf('withPipPackages');
  const last = specs.at(-1);
  const options = isPlainObject(last) ? last : undefined;
  const names = options === undefined ? specs : specs.slice(0, -1);
  return { kind: 'pip', specs: checkList(owner, 'pip', names), ...pipOptions(owner, options) };
}

export function requirementsLayer(file: unknown, options: unknown): LayerDescription {
  const owner = callOf('withRequirements');
  return { kind: 'requirements', file: checkPath(owner, 'file', file), ...pipOptions(owner, options) };
}

export function uvProjectLayer(directory: unknown, options: unknown): LayerDescription {
  const owner = callOf('withUvProject');
  const { groups = [] } = checkOptions(owner, 'options', options, ['groups']);
  return {
    kind: 'uv-project',
    directory: checkPath(owner, 'directory', directory),
    groups: checkTexts(owner, 'groups', groups, wanted.groups),
  };
}

export function envLayer(value: unknown): LayerDescription {
  const owner = callOf('withEnv');
  const variables = checkVariables(owner, 'variables', value);
  if (Object.keys(variables).length === 0) throw optionError(owner, 'variables', wanted.variables, value);
  return { kind: 'env', variables };
}

export function workdirLayer(directory: unknown): LayerDescription {
  const owner = callOf('withWorkdir');
  const path = checkText(owner, 'directory', directory, wanted.workdir);
  if (!path.startsWith('/') || /\p{Cc}/u.test(path)) throw optionError(owner, 'directory', wanted.workdir, directory);
  return { kind: 'workdir', directory: resolvePath(path) };
}

export function userLayer(name: unknown): LayerDescription {
  if (typeof name !== 'string' || !/^\w[\w.-]*(:\w[\w.-]*)?$/.test(name)) throw optionError(callOf('withUser'), 'name', wanted.user, name);
  return { kind: 'user', name };
}

function checkTo(owner: Owner, value: unknown): string {
  const to = checkText(owner, 'to', value, wanted.to);
  if (/\p{Cc}/u.test(to) || (!to.startsWith('/') && to.split('/').includes('..'))) throw optionError(owner, 'to', wanted.to, value);
  return to.startsWith('/') ? resolvePath(to) : resolvePath(to, '/').slice(1) || '.';
}

export function sourceLayer(from: unknown, to: unknown): LayerDescription {
  const owner = callOf('withSource');
  return { kind: 'source', from: checkPath(owner, 'from', from), to: to === undefined ? '.' : checkTo(owner, to) };
}

export function commandsLayer(scripts: readonly unknown[]): LayerDescription {
  return { kind: 'commands', commands: checkCommands(callOf('withCommands'), scripts) };
}
