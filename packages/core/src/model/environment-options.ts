import { checkText, checkTexts, checkVariables, optionError, parseResources } from '@ambit/plugin-api';
import type { Owner, Resources, TaskOptions } from '@ambit/plugin-api';
import type { EnvironmentDefinition } from './definition.ts';
import type { Image } from './image.ts';
import { checkReference } from './image-base.ts';
import { environmentDefinition, imageDescription } from './recognition.ts';
import { checkSecretVariables, parseSecrets } from './secret.ts';
import type { Secret } from './secret.ts';
import type { AnyEnvironment } from './task-environment.ts';
import { parseTaskOptions } from './task-options.ts';
import type { ParsedTaskOptions } from './task-options.ts';

export interface EnvironmentOptions<N extends string = string> {
  /** Lower-case letters and digits, in parts joined by one `_` or `-`; at most 63 characters. */
  readonly name: N;
  readonly description?: string;
  /** An image, or the reference of one that is used as it is. Left out: `Image.fromDebianBase()`. */
  readonly image?: Image | string;
  readonly resources?: Resources;
  /** Variables of the tasks' processes. */
  readonly env?: Readonly<Record<string, string>>;
  /** What its tasks may know, and no other environment's: names of variables, or `Secret`s. */
  readonly secrets?: readonly (string | Secret)[];
  /** The environments whose tasks are called from here. */
  readonly dependsOn?: readonly AnyEnvironment[];
  readonly builder?: string;
  /** One, or several: the first that fits. */
  readonly executor?: string | readonly string[];
  /** What its tasks say of themselves where they say nothing else. */
  readonly defaults?: TaskOptions;
}

/** What an environment is made with, apart from its name and its dependencies: a clone takes it over. */
export type EnvironmentParts = Pick<
  EnvironmentDefinition,
  'description' | 'image' | 'resources' | 'env' | 'secrets' | 'builder' | 'executors'
> & {
  readonly defaults: ParsedTaskOptions;
};

export const environmentOptions = [
  'name',
  'description',
  'image',
  'resources',
  'env',
  'secrets',
  'dependsOn',
  'builder',
  'executor',
  'defaults',
] as const;

const wanted = {
  description: { expected: 'text', example: `description: 'Folds proteins'` },
  image: { expected: 'an Image, or the reference of an image', example: `image: Image.fromDebianBase() or image: 'node:22-slim'` },
  builder: { expected: 'the name of a builder', example: `builder: 'host'` },
  executor: { expected: 'the name of an executor, or a list of names', example: `executor: 'local' or executor: ['lab', 'cluster']` },
  dependsOn: { expected: 'a list of environments', example: 'dependsOn: [otherEnv]' },
  dependency: {
    expected: 'an environment made with new TaskEnvironment(…)',
    example: 'dependsOn: [otherEnv] or env.addDependency(otherEnv)',
  },
};

function parseImage(owner: Owner, value: unknown): NonNullable<EnvironmentDefinition['image']> {
  if (typeof value === 'string') return checkReference(owner, 'image', value, wanted.image);
  const description = imageDescription(value);
  if (description === undefined) throw optionError(owner, 'image', wanted.image, value);
  return description;
}

function parseExecutors(owner: Owner, value: unknown): readonly string[] {
  if (typeof value === 'string') return Object.freeze([checkText(owner, 'executor', value, wanted.executor)]);
  const names = checkTexts(owner, 'executor', value, wanted.executor);
  if (names.length === 0) throw optionError(owner, 'executor', wanted.executor, value);
  return names;
}

/** What the options say, checked; what they do not say is as inherited. */
export function parseParts(owner: Owner, options: Record<string, unknown>, inherited?: EnvironmentParts): EnvironmentParts {
  const { description, image, resources, env, secrets, builder, executor, defaults } = options;
  const parts = {
    resources: parseResources(owner, undefined),
    env: Object.freeze({}),
    defaults: {},
    ...inherited,
    ...(description !== undefined && { description: checkText(owner, 'description', description, wanted.description) }),
    ...(image !== undefined && { image: parseImage(owner, image) }),
    ...(resources !== undefined && { resources: parseResources(owner, resources) }),
    ...(env !== undefined && { env: checkVariables(owner, 'env', env) }),
    ...(secrets !== undefined && { secrets: parseSecrets(owner, secrets) }),
    ...(builder !== undefined && { builder: checkText(owner, 'builder', builder, wanted.builder) }),
    ...(executor !== undefined && { executors: parseExecutors(owner, executor) }),
    ...(defaults !== undefined && { defaults: parseTaskOptions(owner, 'defaults', defaults) }),
  };
  checkSecretVariables(owner, parts.secrets ?? [], parts.env);
  return parts;
}

/** An environment and its definition. */
export type Dependency = readonly [AnyEnvironment, EnvironmentDefinition];

export function parseDependency(owner: Owner, option: string, value: unknown): Dependency {
  const definition = environmentDefinition(value);
  if (definition === undefined) throw optionError(owner, option, wanted.dependency, value);
  return [value as AnyEnvironment, definition];
}

export function parseDependencies(owner: Owner, value: unknown): readonly Dependency[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw optionError(owner, 'dependsOn', wanted.dependsOn, value);
  return Array.from(value, (item: unknown, index) => parseDependency(owner, `dependsOn[${index}]`, item));
}
