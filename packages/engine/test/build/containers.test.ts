import { Image, TaskEnvironment, environmentDefinition } from '@ambit/core';
import type { AnyEnvironment, PlanSettings } from '@ambit/core';
import type { BuildRequest, BuiltImage, Executor, Existence, ImageBuilder, Placement, WorkerRequest } from '@ambit/plugin-api';
import { memoryBuilder, memoryExecutor, memoryFiles } from '@ambit/testkit';
import { encodeArgs } from '@ambit/worker/values';
import { describe, expect, it } from 'vitest';
import type { EngineParts, Planned } from '../../src/index.ts';
import { environment, testProject } from '../support/test-project.ts';
import { never, World } from '../support/world.ts';

const daemon = [{ kind: 'docker-daemon', at: 'd1' } as const];
const push = { repository: 'registry.test/team', all: false };

/** A builder of containers in memory that remembers what it was asked. */
class Containers {
  readonly requests: BuildRequest[] = [];
  readonly asked: object[] = [];
  /** Added to where images are. */
  readonly more: BuiltImage['locations'][number][] = [];
  readonly builder: ImageBuilder;

  constructor() {
    const describe = {
      offers: daemon,
      perMachine: false,
      features: { cacheMounts: true, buildSecrets: false, targets: true, parents: true },
    };
    const memory = memoryBuilder({ describe, hold: async (request) => void this.requests.push(request) });
    const more = (image: BuiltImage): BuiltImage => ({ ...image, locations: [...image.locations, ...this.more] });
    this.builder = {
      ...memory,
      exists: async (identity, options, signal): Promise<Existence> => {
        this.asked.push(options);
        const found = await memory.exists(identity, options, signal);
        return found.exists === 'yes' ? { exists: 'yes', image: more(found.image) } : found;
      },
      async *build(request, signal) {
        for await (const event of memory.build(request, signal))
          yield event.type === 'built' ? { ...event, image: more(event.image) } : event;
      },
    };
  }
}

function world(containers: Containers, options: Partial<EngineParts> = {}): World {
  return new World({ ...options, builder: containers.builder, executor: memoryExecutor({ describe: { accepts: daemon } }) });
}

async function plan(place: World, root: AnyEnvironment, settings: Partial<PlanSettings> = {}): Promise<Planned> {
  const all: PlanSettings = { platform: 'linux/amd64', builders: ['host'], executors: ['local'], ...settings };
  return place.engine.plan(testProject([root]), [{ environment: environmentDefinition(root)! }], all, never());
}

describe('a builder of containers', () => {
  const base = Image.fromDebianBase().withNpmPackages('one@1');
  const child = environment('child_env', { work: {} }, { image: base.withNpmPackages('two@2') });
  const root = environment('root_env', { main: {} }, { dependsOn: [child], image: base });

  it('is given each image as a Dockerfile, and what it adds to its parent where there is one', async () => {
    const containers = new Containers();
    const place = world(containers);
    await place.engine.build(await plan(place, root), {}, never());
    const [one, two] = containers.requests;
    const instructions = (request: BuildRequest | undefined) =>
      request?.rendered?.steps.map((step) => step.instructions.map(({ name }) => name));
    expect(instructions(one)).toEqual([['env PATH', 'npm install one@1', 'copy /opt/ambit/image.json']]);
    expect(instructions(two)).toEqual([['npm install two@2', 'copy /opt/ambit/image.json']]);
    expect(two).toMatchObject({ parent: { identity: one!.identity }, parentLayers: 1, base: { reference: 'node:22-bookworm-slim' } });
    expect(one).not.toHaveProperty('push');
  });

  it('is given what its layers copy, and what npm installs from folders of the user', async () => {
    const containers = new Containers();
    const [source, own] = [memoryFiles({ 'a.txt': 'one' }), memoryFiles({ 'package.json': '{}' })];
    const files = (path: string) => (path === '/own' ? own : source);
    const place = world(containers, {
      readFiles: async ({ path }) => ({ digest: files(path).digest }),
      layerFiles: async ({ path }) => files(path),
    });
    const image = Image.fromDebianBase().withSource('/data', '/app').withNpmPackages('own@file:/own');
    await place.engine.build(await plan(place, environment('a_env', {}, { image })), {}, never());
    const [step] = containers.requests[0]!.rendered!.steps;
    const texts = step!.context.entries.filter(({ kind, path }) => kind === 'file' && /^\d/.test(path)).map(({ path }) => path);
    expect(texts).toEqual(['0/files/a.txt', '1/package-0/package.json']);
    own.edit('package.json', '{"other":1}');
    const read = async (): Promise<void> => {
      for await (const _ of step!.context.open(never()));
    };
    await expect(read()).rejects.toMatchObject({ code: 'AMBIT_BUILD_FILES_CHANGED' });
  });

  it('refuses files that were other ones when the plan was made', async () => {
    const containers = new Containers();
    const planned = memoryFiles({ 'a.txt': 'one' });
    const place = world(containers, {
      readFiles: async () => ({ digest: planned.digest }),
      layerFiles: async () => memoryFiles({ 'a.txt': 'two' }),
    });
    const image = Image.fromDebianBase().withSource('/data', '/app');
    const [report] = await place.engine.build(await plan(place, environment('a_env', {}, { image })), {}, never());
    expect(report).toMatchObject({ status: 'failed', error: { code: 'AMBIT_BUILD_FAILED', cause: { code: 'AMBIT_BUILD_FILES_CHANGED' } } });
    expect(containers.requests).toEqual([]);
  });

  it('that belongs to a machine is given none', async () => {
    const requests: BuildRequest[] = [];
    const builder = memoryBuilder({ describe: { perMachine: true }, hold: async (request) => void requests.push(request) });
    const place = new World({ builder });
    await place.engine.build(await place.plan(environment('a_env', {})), {}, never());
    expect(requests.map(({ rendered }) => rendered)).toEqual([undefined]);
  });
});

describe('a push', () => {
  const root = environment('a_env', { main: {} });
  const all = { push: { ...push, all: true } };

  it('is asked of the builder, and an image that is not in the registry yet is not there', async () => {
    const containers = new Containers();
    const place = world(containers);
    const planned = await plan(place, root, all);
    await place.engine.build(planned, {}, never());
    expect(containers.requests.map((request) => request.push)).toEqual([{ repository: 'registry.test/team' }]);
    expect(containers.asked).toEqual([{ push: { repository: 'registry.test/team' } }]);
    expect(Object.values((await place.engine.status(planned, never())).images)).toEqual([
      { status: 'build', reason: 'the builder host has it, and registry.test/team does not' },
    ]);
    await place.engine.build(planned, {}, never());
    expect(containers.requests).toHaveLength(2);
  });

  it('is not done again', async () => {
    const containers = new Containers();
    containers.more.push({ kind: 'registry', reference: 'registry.test/team:x', digest: `sha256:${'0'.repeat(64)}` });
    const place = world(containers);
    const planned = await plan(place, root, all);
    await place.engine.build(planned, {}, never());
    expect((await place.engine.build(planned, {}, never())).map(({ status }) => status)).toEqual(['exists']);
    expect(Object.values((await place.engine.status(planned, never())).images)).toEqual([
      { status: 'exists', reason: 'it is in registry.test/team' },
    ]);
  });
});

describe('an image that is used as it is', () => {
  const root = new TaskEnvironment({ name: 'a_env', image: 'busybox:latest' });
  root.task('main', async () => 1);

  it('is handed to the executor by its reference, in no place that the engine knows of', async () => {
    const placements: (Placement | undefined)[] = [];
    const preflighted: WorkerRequest[] = [];
    const executor = memoryExecutor({ tasks: { 'a_env.main': () => 7 }, describe: { accepts: daemon } });
    const reserve = executor.reserve.bind(executor);
    executor.preflight = async (requests) => {
      preflighted.push(...requests);
      return [];
    };
    executor.reserve = (request, placement, signal) => {
      placements.push(placement);
      return reserve(request, placement, signal);
    };
    const place = new World({ executor });
    const { value } = await place.run(root, 'main');
    expect(value).toBe(7);
    const identity = {
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
      platform: 'linux/amd64',
      reference: 'busybox:latest',
    };
    expect(placements[0]?.image).toEqual({ identity, locations: [] });
    expect(preflighted.map(({ image }) => image)).toEqual([identity]);
  });

  it('is asked for while planning, where the executor can say', async () => {
    const digest = `sha256:${'7'.repeat(64)}` as const;
    const executor: Executor = memoryExecutor({ describe: { accepts: daemon } });
    const silent = new World({ executor: memoryExecutor({ describe: { accepts: daemon } }) });
    executor.findImage = async (reference) => ({ found: 'yes', ...(reference.startsWith('busybox') && { digest }) });
    const place = new World({ executor });
    expect((await place.plan(root)).plan.references).toMatchObject([{ reference: 'busybox:latest', digest, status: 'exists' }]);
    expect((await silent.plan(root)).plan.references).toMatchObject([
      { status: 'unknown', reason: 'the executor local does not say whether it can have it' },
    ]);
  });
});

describe('a run that is told to', () => {
  it('builds also what is there', async () => {
    const containers = new Containers();
    const executor = memoryExecutor({ tasks: { 'a_env.main': () => 1 }, describe: { accepts: daemon } });
    const place = new World({ builder: containers.builder, executor });
    const root = environment('a_env', { main: {} });
    for (const force of [false, false, true])
      await (await place.engine.run(await place.plan(root, 'a_env.main'), { task: 'a_env.main', args: encodeArgs([]), force })).outcome();
    expect(containers.requests).toHaveLength(2);
  });
});
