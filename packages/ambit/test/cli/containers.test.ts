import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestProject } from './test-project.ts';

/** Parts of an engine that answers, and of one that does not. */
const config = `import { AmbitError, defineConfig } from 'ambit';
const at = 'd1';
const layers = ['apt', 'npm', 'pip', 'env', 'workdir', 'user', 'commands', 'source', 'dockerfile'];
const features = { cacheMounts: true, buildSecrets: false, targets: true, parents: true };
const builder = () => ({
  describe: async () => ({ layers, features, platforms: ['linux/arm64'], offers: [{ kind: 'docker-daemon', at }], context: 'stream', perMachine: false, concurrency: 1 }),
  exists: async () => ({ exists: 'no' }),
  dispose: async () => {},
});
const accepts = (...kinds) => ({ platforms: ['linux/arm64'], accepts: kinds, runtime: kinds[0].kind === 'registry' ? ['image'] : ['directory'], enforces: { cpu: true, memory: true, disk: false }, cpuReturnable: true, stopProof: ['container'], secretsOnDisk: 'tmpfs' });
const findImage = async (reference) => {
  if (reference === 'nope') return { found: 'no', reason: 'the registry has no such image' };
  return { found: 'yes', digest: 'sha256:' + '7'.repeat(64), ...(reference === 'foreign' && { platforms: ['linux/s390x'] }) };
};
const executor = (...kinds) => () => ({ describe: async () => accepts(...kinds), findImage, dispose: async () => {} });
const gone = async () => { throw new AmbitError('AMBIT_DOCKER_UNREACHABLE', 'Docker does not answer at docker.sock.', { hint: 'Start it.' }); };
const plugin = { type: 'fake', apiVersion: 1 };
export default defineConfig({
  builders: { engine: { ...plugin, builder }, gone: { ...plugin, builder: () => ({ describe: gone, exists: gone, dispose: async () => {} }) } },
  executors: {
    engine: { ...plugin, executor: executor({ kind: 'docker-daemon', at }) },
    cluster: { ...plugin, executor: executor({ kind: 'registry' }) },
    gone: { ...plugin, executor: () => ({ describe: gone, dispose: async () => {} }) },
  },
  executor: 'engine',
  profiles: { pushing: { push: 'registry.test/team', executor: 'cluster' } },
});
`;
const main = `import { Image, TaskEnvironment } from 'ambit';
const image = Image.fromDebianBase().withAptPackages('git').withCommands('make');
const tools = new TaskEnvironment({ name: 'tools', image });
export const build = tools.task('build', async () => 1);
const plain = new TaskEnvironment({ name: 'plain', image: 'busybox:latest' });
export const box = plain.task('box', async () => 1);
`;
const missing = `import { TaskEnvironment } from 'ambit';
export const task = new TaskEnvironment({ name: 'plain', image: 'nope' }).task('task', async () => 1);
`;

const three = `import { Image, TaskEnvironment } from 'ambit';
const made = (name: string, value: string) => new TaskEnvironment({ name, image: Image.fromDebianBase().withEnv({ A: value }) });
export const [a, b, c, d] = [made('a', '1'), made('b', '2'), made('c', '3'), made('d', '3')];
`;
const foreign = missing.replace('nope', 'foreign');

let project: TestProject;
beforeAll(async () => {
  project = await TestProject.make({
    'ambit.config.ts': config,
    'main.ts': main,
    'missing.ts': missing,
    'foreign.ts': foreign,
    'three.ts': three,
  });
});
afterAll(() => project.remove());

interface Document {
  readonly environments: readonly object[];
  readonly images: readonly object[];
  readonly diagnostics: readonly object[];
}

async function plan(...words: string[]): Promise<{ readonly code: number; readonly document: Document }> {
  const { code, stdout } = await project.ambit(['plan', ...words, '--json']);
  return { code, document: JSON.parse(stdout) as Document };
}

describe('a plan of containers', () => {
  it('has images with builder and platform, and those that are used as they are', async () => {
    const { code, document } = await plan('main.ts');
    expect(code).toBe(0);
    expect(document.environments).toMatchObject([
      {
        name: 'tools',
        builder: 'engine',
        builderBy: 'auto: the first that can; builder host cannot realise apt layers (main.ts:2)',
        executor: 'engine',
        executorBy: 'configuration',
      },
      { name: 'plain', reference: 'busybox:latest', executor: 'engine' },
    ]);
    expect(document.environments[1]).not.toHaveProperty('builder');
    expect(document.images).toMatchObject([
      {
        identity: expect.stringMatching(/^sha256:/) as string,
        base: 'node:22-bookworm-slim',
        layers: [{ kind: 'apt', summary: 'git' }, { kind: 'commands' }],
        environments: ['tools'],
        builder: 'engine',
        platform: 'linux/arm64',
        status: 'build',
      },
      { reference: 'busybox:latest', digest: `sha256:${'7'.repeat(64)}`, status: 'exists', reason: expect.any(String) as string },
    ]);
    expect(document.images[0]).not.toHaveProperty('container');
  });

  it('shows them to people', async () => {
    const { stdout } = await project.ambit(['plan', 'main.ts']);
    expect(stdout).toMatch(/node:22-bookworm-slim \+ apt git \+ commands make for tools: to be built \(engine, linux\/arm64\)/);
    expect(stdout).toContain('busybox:latest for plain: used as it is, exists (linux/arm64)');
    const why = await project.ambit(['plan', 'main.ts', '--why', 'tools']);
    expect(why.stdout).toMatch(/base +node:22-bookworm-slim\n +layers +apt git \(main\.ts:2\)\n +commands make \(main\.ts:2\)\n/);
    expect(why.stdout).toMatch(/platform +linux\/arm64/);
  });

  it('says where they are pushed, and what would make a pair fit that does not', async () => {
    const pushing = await plan('main.ts', 'tools', '--profile', 'pushing');
    expect(pushing.document.images).toMatchObject([{ push: { repository: 'registry.test/team' } }]);
    expect(pushing.document).not.toHaveProperty('runtimes');
    const why = await project.ambit(['plan', 'main.ts', '--profile', 'pushing', '--why', 'plain']);
    expect(why.stdout).toMatch(/runtime +an image, built by engine, pushed to registry\.test\/team/);
    const apart = await plan('main.ts', 'tools', '--executor', 'cluster', '--builder', 'engine');
    expect(apart.code).toBe(3);
    expect(apart.document.diagnostics).toMatchObject([
      {
        code: 'AMBIT_PLAN_BUILDER_MISMATCH',
        message: 'The image of tools cannot be built: builder engine offers docker-daemon, and executor cluster takes registry.',
        hint: `Name a repository that builder engine may push to in the configuration: push: 'REGISTRY/REPOSITORY'.`,
      },
    ]);
    const { code, stderr } = await project.ambit(['plan', 'main.ts', '--push']);
    expect(code).toBe(2);
    expect(stderr).toContain('The configuration says nothing of where to push.');
  });

  it('is wrong where an image that is used as it is is missing', async () => {
    const { code, document } = await plan('missing.ts');
    expect(code).toBe(3);
    expect(document.diagnostics).toMatchObject([{ code: 'AMBIT_PLAN_IMAGE_MISSING', at: 'missing.ts:2' }]);
    const { stdout } = await project.ambit(['plan', 'missing.ts']);
    expect(stdout).toContain('nope for plain: used as it is, missing (linux/arm64)\n');
    expect(stdout.match(/the registry has no such image/g)).toHaveLength(1);
  });

  it('is wrong where such an image is for other platforms only, and no run begins', async () => {
    const { code, document } = await plan('foreign.ts');
    expect(code).toBe(3);
    expect(document.diagnostics).toMatchObject([{ code: 'AMBIT_PLAN_IMAGE_PLATFORM', at: 'foreign.ts:2' }]);
    const run = await project.ambit(['run', 'foreign.ts', 'task']);
    expect(run.code, run.stderr).toBe(3);
    expect(run.stderr).toMatch(
      /plain runs in the image foreign as it is; executor engine needs it for linux\/arm64, and can have it for linux\/s390x\./,
    );
  });
});

describe('an engine that does not answer', () => {
  const words = ['--builder', 'gone', '--executor', 'gone'];

  it('is a warning in the plan', async () => {
    const { code, document } = await plan('main.ts', 'tools', ...words);
    expect(code).toBe(0);
    expect(document.diagnostics).toMatchObject([
      { code: 'AMBIT_PLAN_NO_ANSWER', severity: 'warning', message: expect.stringContaining('Docker does not answer') as string },
      { code: 'AMBIT_PLAN_NO_ANSWER', severity: 'warning' },
    ]);
    expect(document.images).toMatchObject([{ status: 'unknown', reason: expect.stringContaining('Docker does not answer') as string }]);
  });

  it('is a warning of a build that can do without it', async () => {
    const { code, stderr } = await project.ambit(['build', 'main.ts', 'box', '--executor', 'gone']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning The executor gone could not be asked what it can: Docker does not answer at docker\.sock\.\n/);
  });

  it('is said once of all images of a plan', async () => {
    const { stdout } = await project.ambit(['plan', 'three.ts', '--builder', 'gone']);
    expect(stdout.match(/ for [^:]+: not known whether it is there.*/g)).toEqual([
      ' for a: not known whether it is there (the builder gone does not answer: Docker does not answer at docker.sock.) (gone, linux/arm64)',
      ...[' for b', ' for c, d'].map((who) => `${who}: not known whether it is there (gone, linux/arm64)`),
    ]);
    expect(stdout).toContain('(env A), not known whether it is there\n');
  });

  it('is said once, with the images that it keeps from being built', async () => {
    const built = ['build', 'three.ts', '--builder', 'gone'];
    const { code, stdout, stderr } = await project.ambit(built);
    expect(code).toBe(6);
    expect(stdout.match(/ failed /g)).toHaveLength(3);
    expect(stderr.match(/^error .*\n.*$/gm)).toEqual([
      'error Docker does not answer at docker.sock.\n    So it is with 3 images: those of a, b, c, d.',
    ]);
    const { images } = JSON.parse((await project.ambit([...built, '--json'])).stdout) as Document;
    expect(images).toHaveLength(3);
    for (const image of images) expect(image).toMatchObject({ status: 'failed', error: { code: 'AMBIT_DOCKER_UNREACHABLE' } });
  });

  it.each([
    ['its executor', ['run', 'main.ts', 'build', ...words]],
    ['the executor of an image that is used as it is', ['run', 'main.ts', 'box', '--executor', 'gone']],
    ['a builder alone', ['build', 'main.ts', 'tools', '--builder', 'gone']],
  ])('ends what wanted to do something with exit code 6: %s', async (_, command) => {
    const { code, stderr } = await project.ambit(command);
    expect(code, stderr).toBe(6);
    expect(stderr.match(/^.*Docker does not answer at docker\.sock\..*$/gm)).toEqual(['error Docker does not answer at docker.sock.']);
  });
});
