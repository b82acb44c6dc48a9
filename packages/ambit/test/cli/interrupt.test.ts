import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TestProject, jsonLines } from './test-project.ts';
import type { Running } from './test-project.ts';

const main = `import { TaskEnvironment } from 'ambit';
const env = new TaskEnvironment({ name: 'e' });
const sub = new TaskEnvironment({ name: 'sub' });
const top = new TaskEnvironment({ name: 'top', dependsOn: [sub] });
const forever = () => new Promise<void>((resolve) => setTimeout(resolve, 60_000));
export const sleep = sub.task('sleep', async () => { console.log('sleeping'); await forever(); });
export const main = top.task('main', async () => { await Promise.all([sleep(), sleep()]); });
export const polite = env.task('polite', async () => { console.log('sleeping'); await forever(); });
if (process.env['STRAY']) setTimeout(() => void Promise.reject(new Error('from a timer')), 1200);
`;

const images = `import { Image, TaskEnvironment } from 'ambit';
const base = Image.fromDebianBase();
export const quick = new TaskEnvironment({ name: 'quick', image: base.withEnv({ FOR: 'quick' }) });
export const endless = new TaskEnvironment({ name: 'endless', image: base.withEnv({ FOR: 'endless' }) });
`;

/** Builders of containers in memory: one ends when it is told to, the other does not. */
const config = `import { defineConfig } from 'ambit';
import { setTimeout as sleep } from 'node:timers/promises';
const at = 'd1';
const features = { cacheMounts: true, buildSecrets: false, targets: true, parents: true };
const describe = async () => ({ layers: ['env'], features, platforms: ['linux/amd64'], offers: [{ kind: 'docker-daemon', at }], context: 'stream', perMachine: false, concurrency: 1 });
const builder = (name, hears) => () => ({
  describe,
  exists: async () => ({ exists: 'no' }),
  async *build({ identity, layers }, signal) {
    if (layers[0].variables.FOR === 'quick') return yield { type: 'built', image: { identity, locations: [{ kind: 'docker-daemon', daemon: at, imageId: 'i1' }], durationMs: 1 } };
    console.error(name + ' is building');
    await sleep(60_000, undefined, hears ? { signal } : {});
  },
  dispose: async () => {},
});
const plugin = (name, hears) => ({ type: 'fake', apiVersion: 1, builder: builder(name, hears) });
const accepts = { platforms: ['linux/amd64'], accepts: [{ kind: 'docker-daemon', at }], runtime: ['directory'], enforces: { cpu: true, memory: true, disk: false }, cpuReturnable: true, stopProof: ['container'], secretsOnDisk: 'tmpfs' };
export default defineConfig({
  builders: { slow: plugin('slow', true), deaf: plugin('deaf', false) },
  executors: { containers: { type: 'fake', apiVersion: 1, executor: () => ({ describe: async () => accepts, dispose: async () => {} }) } },
  environments: { quick: { executor: 'containers' }, endless: { executor: 'containers' } },
});
`;

/** What the document of a build has of the image of an environment, however that went. */
function image(environment: string): object {
  return {
    identity: expect.stringMatching(/^sha256:/) as string,
    locations: [],
    durationMs: expect.any(Number) as number,
    environments: [environment],
  };
}

let project: TestProject;
beforeAll(async () => {
  project = await TestProject.make({
    'main.ts': main,
    'loads.ts': `console.log('loading'); while (true);`,
    'images.ts': images,
    'ambit.config.ts': config,
  });
});
afterAll(() => project.remove());

async function started(...words: string[]): Promise<Running> {
  const running = project.start(['run', 'main.ts', ...words]);
  await running.until('sleeping');
  return running;
}

describe('Ctrl-C', () => {
  afterEach(() => expect(project.leftovers()).toEqual([]));

  it('cancels the run, and proves that all of it has stopped', async () => {
    const running = await started('main', '--json');
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    expect([130, 131]).toContain(code);
    const document = JSON.parse(stdout) as { readonly cancel: { readonly confirmed: boolean; readonly evidence: readonly object[] } };
    expect(document).toMatchObject({ version: 1, status: 'cancelled', task: 'top.main', cancel: { confirmed: code === 130 } });
    expect(document.cancel.evidence.length).toBeGreaterThanOrEqual(2);
    expect(stderr).toContain('Press Ctrl-C again');
  });

  it('is remembered where the run is just being started', async () => {
    const running = project.start(['run', 'main.ts', 'polite', '--json=events']);
    await running.until('plan.ready');
    running.child.kill('SIGINT');
    const { code, stdout } = await running.ended;
    expect([130, 131]).toContain(code);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ type: 'run.ended', run: { status: 'cancelled' } });
  });

  it('ends a file that never ends loading', async () => {
    const running = project.start(['run', 'loads.ts']);
    await running.until('loading');
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
  });

  it('from a system that shuts down is the same', async () => {
    const running = await started('polite');
    running.child.kill('SIGTERM');
    expect([130, 131]).toContain((await running.ended).code);
  });
});

describe('Ctrl-C while images are built', () => {
  it('leaves what is done, and says of every image what became of it', async () => {
    const running = project.start(['build', 'images.ts', '--json', '--builder', 'slow']);
    await running.until('slow is building');
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    expect(code, stderr).toBe(130);
    const { version, images } = JSON.parse(stdout) as { readonly version: number; readonly images: readonly object[] };
    expect(version).toBe(1);
    expect(images).toEqual([
      { ...image('quick'), status: 'built', locations: [{ kind: 'docker-daemon', daemon: 'd1', imageId: 'i1' }] },
      { ...image('endless'), status: 'skipped' },
    ]);
    expect(stderr).toContain('The build was interrupted');
    expect(stderr).not.toMatch(/^error/m);
  });

  it('twice leaves at once', async () => {
    const running = project.start(['build', 'images.ts', '--json', '--builder', 'deaf']);
    await running.until('deaf is building');
    running.child.kill('SIGINT');
    await running.until('Press Ctrl-C again');
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    expect(code).toBe(131);
    expect(stdout).toBe('');
    expect(stderr).toContain('Left without waiting.');
    expect(stderr).not.toMatch(/worker|the run/);
  });
});

describe('Ctrl-C, twice', () => {
  it('leaves at once, and says what may still live', async () => {
    const running = await started('polite');
    running.child.kill('SIGINT');
    await running.until('Press Ctrl-C again');
    running.child.kill('SIGINT');
    const { code, stderr } = await running.ended;
    expect(code).toBe(131);
    expect(stderr).toMatch(/These may still be alive[^]*worker e-\w+ of e, on local \(local\)\nTo stop them: ambit runs cancel \S+/);
    for (const { pid } of project.processes())
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended with another of its namespace.
      }
  });
});

describe('an error that nobody catches, thrown by the file outside of its tasks', () => {
  it('ends the run in order', async () => {
    const { code, stderr } = await project.ambit(['run', 'main.ts', 'polite'], { env: { STRAY: '1' } });
    expect(code).toBe(2);
    expect(stderr).toContain('from a timer');
    expect(stderr).toContain('AMBIT_LOAD_STRAY');
    expect(project.processes()).toEqual([]);
  });
});
