import { checkOptions, checkText, definitionError, optionError } from '@ambit/plugin-api';
import type { Owner } from '@ambit/plugin-api';
import { SECRET, brand, readBrand } from './brand.ts';

/** What a `Secret` is, as plain data: a name, and how tasks get the value. Never a value. */
export type SecretDescription =
  /** A variable of the tasks' processes. */
  | { readonly kind: 'env'; readonly key: string; readonly group?: string; readonly as: string }
  /** A file while an attempt runs; the variable named `key` holds its path. A relative path is one in the attempt's own folder. */
  | { readonly kind: 'file'; readonly key: string; readonly group?: string; readonly path: string };

/** What sources are asked for: `TOKEN`, or `group/TOKEN`. */
export function secretName({ key, group }: Pick<SecretDescription, 'key' | 'group'>): string {
  return group === undefined ? key : `${group}/${key}`;
}

/** What a secret is, of whichever copy of Ambit; `undefined` for anything else. */
function secretDescription(value: unknown): SecretDescription | undefined {
  return readBrand(value, SECRET);
}

/** A value that only the environments which declare it get: a password, a token, a key. Here it is only a name. */
export class Secret {
  private constructor(description: SecretDescription) {
    brand(this, SECRET, Object.freeze(description));
  }

  /** The value as a variable, named like the secret or as `as` says. `group` is where sources have it: a namespace of theirs. */
  static env(key: string, options?: { readonly as?: string; readonly group?: string }): Secret {
    const owner = ownerOf('env', key);
    const { as = key, group } = checkOptions(owner, 'options', options, ['as', 'group']);
    return new Secret({ kind: 'env', key, ...grouped(owner, group), as: checkName(owner, 'as', as) });
  }

  /** The value as a file of mode 0600 that is gone after the attempt. `path` is named like the secret where left out. */
  static file(key: string, options?: { readonly path?: string; readonly group?: string }): Secret {
    const owner = ownerOf('file', key);
    const { path = key, group } = checkOptions(owner, 'options', options, ['path', 'group']);
    return new Secret({ kind: 'file', key, ...grouped(owner, group), path: checkPath(owner, path) });
  }
}

const name = /^[A-Za-z_][A-Za-z0-9_]*$/;
const wantedName = { expected: 'the name of a variable: letters, digits and _, no digit first', example: `Secret.env('HF_TOKEN')` };
const groupName = /^[A-Za-z][A-Za-z0-9_-]*$/;
const wantedGroup = {
  expected: 'a name: letters, digits, _ and -, a letter first',
  example: `Secret.env('TOKEN', { group: 'hugging-face' })`,
};
const wantedPath = { expected: 'the path of a file, without ..', example: `Secret.file('GCP_KEY', { path: 'gcp.json' })` };
const wantedSecrets = { expected: 'a list of names and Secrets', example: `secrets: ['HF_TOKEN', Secret.file('GCP_KEY')]` };
const wantedBuildSecret = {
  expected: 'a name, or Secret.env without another name: an image is built without files of secrets',
  example: `secrets: ['PIP_TOKEN', Secret.env('TOKEN', { group: 'pypi' })]`,
};

function ownerOf(method: 'env' | 'file', key: unknown): Owner {
  const owner = { title: `Secret.${method}`, facts: { call: `Secret.${method}` } };
  checkName(owner, 'the name', key);
  return owner;
}

function checkName(owner: Owner, option: string, value: unknown): string {
  if (typeof value !== 'string' || !name.test(value)) throw optionError(owner, option, wantedName, value);
  return value;
}

function grouped(owner: Owner, value: unknown): { readonly group?: string } {
  if (value === undefined) return {};
  if (typeof value !== 'string' || !groupName.test(value)) throw optionError(owner, 'group', wantedGroup, value);
  return { group: value };
}

function checkPath(owner: Owner, value: unknown): string {
  const path = checkText(owner, 'path', value, wantedPath);
  if (path.endsWith('/') || path.split('/').includes('..')) throw optionError(owner, 'path', wantedPath, value);
  return path;
}

/** The variable that a secret sets. */
function variableOf(secret: SecretDescription): string {
  return secret.kind === 'env' ? secret.as : secret.key;
}

/** The `secrets` of an environment: a name stands for a variable of that name. */
export function parseSecrets(owner: Owner, value: unknown): readonly SecretDescription[] {
  if (!Array.isArray(value)) throw optionError(owner, 'secrets', wantedSecrets, value);
  const secrets = Array.from(value, (item: unknown, index): SecretDescription => {
    const option = `secrets[${index}]`;
    if (typeof item === 'string') return { kind: 'env', key: checkName(owner, option, item), as: item };
    const description = secretDescription(item);
    if (description === undefined) throw optionError(owner, option, { ...wantedSecrets, expected: 'a name or a Secret' }, item);
    return description;
  });
  return Object.freeze(secrets);
}

/** Names of secrets while a layer is made. There they are variables of an installer, called like the secrets. */
export function parseBuildSecrets(owner: Owner, value: unknown): readonly string[] {
  const secrets = parseSecrets(owner, value);
  const other = secrets.findIndex((secret) => secret.kind === 'file' || secret.as !== secret.key);
  if (other >= 0) throw optionError(owner, `secrets[${other}]`, wantedBuildSecret, (value as readonly unknown[])[other]);
  checkSecretVariables(owner, secrets, {});
  return Object.freeze(secrets.map(secretName).sort());
}

/** Two that set one variable would hide each other. */
export function checkSecretVariables(owner: Owner, secrets: readonly SecretDescription[], env: Readonly<Record<string, string>>): void {
  const seen = new Set(Object.keys(env));
  for (const secret of secrets) {
    const variable = variableOf(secret);
    if (seen.has(variable))
      throw definitionError(
        'AMBIT_DEFINE_SECRET_CLASH',
        `${owner.title}: the variable ${variable} of the secret ${secret.key} is set twice.`,
        `Give it another name: Secret.env('${secret.key}', { as: '${variable}_2' }); or remove one of the two.`,
        { ...owner.facts, secret: secret.key, variable },
      );
    seen.add(variable);
  }
}
