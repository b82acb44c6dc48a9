import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { EnvironmentBundle, LoadedProject } from '../../src/index.ts';
import { TestProject } from '../load/test-project.ts';
import type { Files } from '../load/test-project.ts';

const run = promisify(execFile);

/** Enough of `#ambit/runtime` to run bundles in a process of their own. */
const RUNTIME = `
const calls = (globalThis.calls = []);
const tasks = (globalThis.tasks = new Map());
const checked = (fn, { input, output } = {}) => async (...args) => {
  const given = input ? [input['~standard'].validate(args[0]).value] : args;
  const result = await fn(...given);
  return output ? output['~standard'].validate(result).value : result;
};
export const defineTask = (id, fn, schemas) => {
  const task = checked(fn, schemas);
  tasks.set(id, task);
  return Object.assign(task, { id });
};
export const task = (id) => Object.assign(async (...args) => { calls.push([id, args]); return id; }, { id });
export class TaskEnvironment {
  constructor({ name }) { this.name = name; }
  task(name, ...rest) { return defineTask(this.name + '.' + name, rest.at(-1)); }
  addDependency() { return this; }
}
export const environment = (name) => new TaskEnvironment({ name });
const chain = new Proxy(function () {}, { get: () => () => chain });
export const Image = chain;
export const isMain = () => false;
`;

const DRIVER = `
const [entry, id, args] = process.argv.slice(2);
await import(entry);
const fn = tasks.get(id);
const result = fn ? await fn(...JSON.parse(args)) : undefined;
console.log(JSON.stringify({ result, tasks: [...tasks.keys()].sort(), calls }));
`;

export interface Ran {
  readonly result: unknown;
  /** The ids of all tasks that the bundle has. */
  readonly tasks: readonly string[];
  /** Calls of tasks that it does not have. */
  readonly calls: readonly [string, readonly unknown[]][];
  /** What was printed, line by line. */
  readonly printed: readonly string[];
}

let works = 0;

/** A module that exports these environments under their names. */
export function environments(...names: readonly string[]): string {
  const lines = names.map((name) => `export const ${name} = new TaskEnvironment({ name: '${name}' });`);
  return ["import { TaskEnvironment } from 'ambit';", ...lines, ''].join('\n');
}

/** `own` is the environment that is bundled, `other` the one that is not. */
export const IMPORTS = "import { other, own } from './environments.js';\nexport { other, own };\n";

const open: BundleProject[] = [];

/** A project with the environments `own` and `other`, in a folder of this name. Removed by `removeProjects`. */
export function project(files: Files, folder?: string): BundleProject {
  const made = new BundleProject({ 'environments.ts': environments('own', 'other'), ...files }, folder);
  open.push(made);
  return made;
}

/** A project of one module. */
export function main(text: string, files: Files = {}): BundleProject {
  return project({ 'main.ts': IMPORTS + text, ...files });
}

export async function removeProjects(): Promise<void> {
  await Promise.all(open.splice(0).map((each) => each.remove()));
}

/** A project whose environments are bundled, and whose bundles can be run. */
export class BundleProject extends TestProject {
  async bundle(environment: string, entry?: string): Promise<EnvironmentBundle> {
    const loaded = await this.load(entry);
    return loaded.bundle(definitionOf(loaded, environment));
  }

  /** The text of the bundle's entry. */
  async code(environment: string, entry?: string): Promise<string> {
    return codeOf(await this.bundle(environment, entry));
  }

  /** Runs a task of the bundle in a process that has these packages and nothing else. */
  async run(bundle: EnvironmentBundle, id: string, args: readonly unknown[] = [], packages: Files = {}): Promise<Ran> {
    const folder = join(this.cacheDirectory, `work-${(works += 1)}`);
    const write = (path: string, data: string | Uint8Array): void => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), data);
    };
    write('package.json', '{"type":"module","imports":{"#ambit/runtime":"./runtime.js"}}');
    write('runtime.js', RUNTIME);
    write('driver.js', DRIVER);
    for (const { path, data } of bundle.files) write(path, data);
    for (const [name, code] of Object.entries(packages)) {
      write(
        `node_modules/${name}/package.json`,
        JSON.stringify({ name, version: '1.0.0', type: 'module', exports: { '.': './index.js', './*': './*' } }),
      );
      write(`node_modules/${name}/index.js`, code);
    }
    const { stdout } = await run(process.execPath, ['--enable-source-maps', 'driver.js', `./${bundle.entry}`, id, JSON.stringify(args)], {
      cwd: folder,
    });
    const lines = stdout.trimEnd().split('\n');
    return { ...(JSON.parse(lines.pop() ?? '') as Omit<Ran, 'printed'>), printed: lines };
  }
}

export function definitionOf(loaded: LoadedProject, environment: string): LoadedProject['environments'][number]['definition'] {
  const found = loaded.environments.find(({ definition }) => definition.name === environment);
  if (!found) throw new Error(`no environment ${environment}`);
  return found.definition;
}

export function codeOf(bundle: EnvironmentBundle): string {
  return textOf(bundle, bundle.entry);
}

export function textOf(bundle: EnvironmentBundle, path: string): string {
  return Buffer.from(bundle.files.find((file) => file.path === path)?.data ?? []).toString();
}
