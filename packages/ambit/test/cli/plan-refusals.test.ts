import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestProject } from './test-project.ts';

/** A builder and an executor of containers, and one that takes options. */
const config = `import { defineConfig } from 'ambit';
const at = 'd1';
const layers = ['npm', 'pip', 'uv-project', 'env'];
const features = { cacheMounts: true, buildSecrets: false, targets: true, parents: true };
const builder = () => ({
  describe: async () => ({ layers, features, platforms: ['linux/amd64'], offers: [{ kind: 'docker-daemon', at }], context: 'stream', perMachine: false, concurrency: 1 }),
  exists: async () => ({ exists: 'no' }),
  dispose: async () => {},
});
const description = { platforms: ['linux/amd64'], accepts: [{ kind: 'docker-daemon', at }], runtime: ['directory'], enforces: { cpu: true, memory: true, disk: false }, cpuReturnable: true, stopProof: ['container'], secretsOnDisk: 'tmpfs' };
const executor = () => ({ describe: async () => description, dispose: async () => {} });
const validate = (value) => ('network' in value ? { value } : { issues: [{ message: 'there is only network' }] });
const optionsSchema = { '~standard': { version: 1, vendor: 'test', validate } };
const plugin = { type: 'fake', apiVersion: 1 };
export default defineConfig({
  builders: { engine: { ...plugin, builder } },
  executors: { engine: { ...plugin, executor, optionsSchema }, plain: { ...plugin, executor } },
  profiles: {
    containers: { executor: 'engine' },
    options: { environments: { old_node: { options: { nope: 1 } } } },
    general: { executor: 'engine', options: { network: 'none' } },
    wrong: { executor: 'engine', options: { networks: 'none' } },
    plain: { executor: 'plain', options: { network: 'none' } },
  },
});
`;
const main = `import { Image, TaskEnvironment } from 'ambit';
const node = new TaskEnvironment({ name: 'old_node', image: Image.fromDebianBase({ node: '14' }) });
export const oldNode = node.task('run', async () => 1);
const python = new TaskEnvironment({ name: 'old_python', image: Image.fromDebianBase({ python: '3.1' }).withEnv({ A: '1' }) });
export const oldPython = python.task('run', async () => 1);
const project = new TaskEnvironment({ name: 'uv', image: Image.fromDebianBase().withUvProject(new URL('./app', import.meta.url)) });
export const uv = project.task('run', async () => 1);
const plain = new TaskEnvironment({ name: 'plain' });
export const any = plain.task('run', async () => 1);
`;

let project: TestProject;
beforeAll(async () => {
  const pyproject = '[project]\nname = "app"\nversion = "1"\n';
  project = await TestProject.make({ 'ambit.config.ts': config, 'main.ts': main, 'app/pyproject.toml': pyproject });
});
afterAll(() => project.remove());

interface Document {
  readonly environments: readonly { readonly name: string; readonly builder?: string; readonly builderBy?: string }[];
  readonly images: readonly object[];
  readonly diagnostics: readonly { readonly code: string; readonly message: string; readonly hint: string; readonly at?: string }[];
}

async function plan(words: string[], env: Record<string, string> = {}): Promise<{ readonly code: number; readonly document: Document }> {
  const { code, stdout } = await project.ambit(['plan', 'main.ts', ...words, '--json'], { env });
  return { code, document: JSON.parse(stdout) as Document };
}

const [major] = process.versions.node.split('.');

describe('a version that this machine does not have', () => {
  it.each([
    ['oldNode', `builder host has Node ${major}, and the image asks for Node 14 (main.ts:2)`, 'main.ts:2'],
    ['oldPython', 'and the image asks for Python 3.1 (main.ts:4)', 'main.ts:4'],
  ])('is refused by name, and no run begins: %s', async (target, why, at) => {
    const { code, document } = await plan([target, '--builder', 'host']);
    expect(code).toBe(3);
    expect(document.diagnostics).toMatchObject([
      { code: 'AMBIT_PLAN_BUILDER_MISMATCH', message: expect.stringContaining(why) as string, at },
    ]);
    expect(document.diagnostics[0]?.hint).toMatch(/^Ask for .*, or use a builder of containers\.$/);
    expect(document.images).toHaveLength(1);
    const run = await project.ambit(['run', 'main.ts', target, '--builder', 'host']);
    expect({ code: run.code, stdout: run.stdout }).toEqual({ code: 3, stdout: '' });
    expect(run.stderr).toContain(why);
  });

  it('leads auto on to a builder that has it, and says why', async () => {
    const { code, document } = await plan(['oldNode', 'any', '--profile', 'containers']);
    expect({ code, diagnostics: document.diagnostics }).toEqual({ code: 0, diagnostics: [] });
    const why = `auto: the first that can; builder host has Node ${major}, and the image asks for Node 14 (main.ts:2)`;
    expect(document.environments).toMatchObject([{ name: 'old_node', builder: 'engine', builderBy: why }, { name: 'plain' }]);
    const { stdout } = await project.ambit(['plan', 'main.ts', 'oldNode', '--profile', 'containers', '--why', 'old_node']);
    expect(stdout).toContain(`engine (${why})`);
  });
});

describe('a program that this machine does not have', () => {
  it('is named, with where to get it', async () => {
    const bin = join(project.folder, 'bin');
    mkdirSync(bin);
    symlinkSync(process.execPath, join(bin, 'node'));
    const { code, document } = await plan(['uv', '--builder', 'host'], { PATH: bin });
    expect(code).toBe(3);
    expect(document.diagnostics).toMatchObject([
      {
        message: expect.stringContaining('cannot realise uv-project layers (main.ts:6): there is no uv on the PATH') as string,
        hint: expect.stringContaining('Install uv (https://docs.astral.sh/uv)') as string,
        at: 'main.ts:6',
      },
    ]);
  });
});

describe('options that nobody knows', () => {
  it.each([
    [
      'options',
      ['oldNode', '--builder', 'host'],
      'The profile options gives old_node options that executor local refuses: nope: it takes no options.',
    ],
    ['wrong', ['any'], 'The profile wrong gives plain options that executor engine refuses: there is only network.'],
    ['plain', ['any'], 'The profile plain gives plain options that executor plain refuses: network: it takes no options.'],
  ])('are refused by name: %s', async (profile, words, message) => {
    const { code, document } = await plan([...words, '--profile', profile]);
    expect(code).toBe(3);
    expect(document.diagnostics).toMatchObject([{ code: 'AMBIT_PLAN_OPTIONS', message }]);
    expect((await project.ambit(['run', 'main.ts', words[0]!, '--profile', profile])).code).toBe(3);
  });

  it('are others than those that the executor takes', async () => {
    const { code, document } = await plan(['any', '--profile', 'general']);
    expect({ code, diagnostics: document.diagnostics }).toEqual({ code: 0, diagnostics: [] });
  });
});
