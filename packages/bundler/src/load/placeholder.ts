import { AmbitError } from '@ambit/plugin-api';
import { packageName } from '../specifiers.ts';

/** A name of a package that is not to be had on this machine. */
interface Absence {
  readonly specifier: string;
  readonly name: string;
  /** Of the import. */
  readonly at: string;
  /** The package is there, in a version without that name. */
  readonly installed: boolean;
}

const placeholders = new WeakSet<object>();

export function isPlaceholder(value: unknown): boolean {
  return ((typeof value === 'object' && value !== null) || typeof value === 'function') && placeholders.has(value);
}

/** May be held and passed on, never used: calling it or asking anything of it throws. */
export function placeholder(specifier: string, name: string, at: string, installed = false): object {
  const absence = { specifier, name, at, installed };
  const shown = name === 'default' ? specifier : name;
  const refuse = (use: string) => (): never => {
    throw missingPackage(absence, use);
  };
  return remember(
    new Proxy(function () {}, {
      get: (_target, key) => refuse(`${shown}.${String(key)}`)(),
      apply: refuse(`${shown}(…)`),
      construct: refuse(`new ${shown}(…)`),
      ...Object.fromEntries(otherTraps.map((trap) => [trap, refuse(shown)])),
    }),
  );
}

/** The package as a whole, for `import *` and `require`: each of its names is a placeholder, and so is what it gives when called. */
export function absentNamespace(specifier: string, at: string): object {
  const names = new Map<string, object>();
  const absence = { specifier, name: '*', at, installed: false };
  return remember(
    new Proxy(function () {}, {
      get: (_target, key) => (typeof key === 'string' && key !== 'then' ? named(names, specifier, key, at) : undefined),
      apply: () => {
        throw missingPackage(absence, `${specifier}(…)`);
      },
      construct: () => {
        throw missingPackage(absence, `new ${specifier}(…)`);
      },
      ownKeys: () => {
        throw missingPackage(absence, 'the list of its exports');
      },
    }),
  );
}

/** The package for `export *`: it has whatever name anybody in the project asks of it. */
export function absentExports(specifier: string, at: string, wanted: readonly string[]): object {
  const names = wanted.filter((name) => name !== 'default');
  return Object.defineProperties(
    { __esModule: true },
    Object.fromEntries(names.map((name) => [name, { enumerable: true, value: placeholder(specifier, name, at) }])),
  );
}

const otherTraps = ['has', 'set', 'getPrototypeOf', 'ownKeys', 'defineProperty', 'getOwnPropertyDescriptor', 'deleteProperty'];

function named(names: Map<string, object>, specifier: string, name: string, at: string): object {
  const known = names.get(name) ?? placeholder(specifier, name, at);
  names.set(name, known);
  return known;
}

function remember(value: object): object {
  placeholders.add(value);
  return value;
}

function missingPackage({ specifier, name, at, installed }: Absence, use: string): AmbitError {
  const packaged = packageName(specifier);
  const what = installed
    ? `The package ${packaged}, as it is installed on this machine, has no export ${name}, imported at ${at}`
    : `The package ${packaged}, imported at ${at}, is not installed on this machine`;
  const remedy = installed ? 'install the version that has it' : `install it here: npm install ${packaged}`;
  return new AmbitError('AMBIT_LOAD_MISSING_PACKAGE', `${what}, and ${use} is used.`, {
    hint: `Use it inside of tasks only, where the image decides, or ${remedy}.`,
    facts: { package: packaged, specifier, name, importedAt: at },
  });
}
