import { createHash } from 'node:crypto';
import { Image, TaskEnvironment, environmentDefinition } from '@ambit/core';
import type { AnyEnvironment, PlanSettings } from '@ambit/core';
import { AmbitError, PORTABLE_RUNTIME_DIRECTORY } from '@ambit/plugin-api';
import type { BuildRequest, BuiltImage, Digest, ExecutorDescription, ImageBuilder, Placement } from '@ambit/plugin-api';
import { memoryBuilder, memoryExecutor, memoryFiles } from '@ambit/testkit';
import type { MemoryExecutor } from '@ambit/testkit';
import { encodeArgs } from '@ambit/worker/values';
import { describe, expect, it } from 'vitest';
import type { EngineParts, RunOutcome, WantedRuntime } from '../../src/index.ts';
import { environment, testProject } from '../support/test-project.ts';
import { never, ofType, World } from '../support/world.ts';
import type { StoredEvent } from '../support/world.ts';

const repository = 'registry.test/team';
const digestOf = (text: string): Digest => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** A builder of containers, and a registry that keeps what was pushed. */
class Registry {
  readonly images = new Map<Digest, BuiltImage>();
  readonly requests: BuildRequest[] = [];
  readonly asked: object[] = [];
  fail: AmbitError | undefined;

  builder(): ImageBuilder {
    const memory = memoryBuilder({
      describe: { offers: [{ kind: 'docker-daemon', at: 'd1' }], perMachine: false },
      images: this.images,
      hold: async (request) => {
        this.requests.push(request);
        if (this.fail && isRuntime(request)) throw this.fail;
      },
    });
    const pushed = ({ identity, ...image }: BuiltImage): BuiltImage => {
      const reference = `${repository}:${identity.digest.slice(7, 39)}`;
      return { ...image, identity, locations: [{ kind: 'registry', reference, digest: digestOf(identity.digest) }] };
    };
    return {
      ...memory,
      exists: async (identity, options, signal) => {
        this.asked.push({ identity, ...options });
        const found = await memory.exists(identity, options, signal);
        return found.exists === 'yes' ? { exists: 'yes', image: pushed(found.image) } : found;
      },
      async *build(request, signal) {
        for await (const event of memory.build(request, signal))
          yield event.type === 'built' ? { ...event, image: pushed(event.image) } : event;
      },
    };
  }
}

function isRuntime({ base }: BuildRequest): boolean {
  return base.reference === 'scratch';
}

interface Scene {
  readonly registry: Registry;
  readonly runtime?: ExecutorDescription['runtime'];
  readonly parts?: Partial<EngineParts>;
}

/** An engine whose executor takes everything from a registry. */
class Cluster {
  readonly executor: MemoryExecutor;
  readonly placed: Placement[] = [];
  /** For which platforms a runtime was packed, and which were read. */
  readonly packed: WantedRuntime[] = [];
  readonly read: Digest[] = [];
  readonly #world: World;

  constructor({ registry, runtime = ['image'], parts = {} }: Scene) {
    const tasks = { 'a_env.main': () => 'a', 'b_env.main': () => 'b' };
    this.executor = memoryExecutor({ tasks, describe: { accepts: [{ kind: 'registry' }], runtime } });
    const start = this.executor.start.bind(this.executor);
    this.executor.start = (reservation, placement, signal) => {
      this.placed.push(placement);
      return start(reservation, placement, signal);
    };
    this.#world = new World({
      executor: this.executor,
      builder: registry.builder(),
      runtime: async (wanted) => {
        this.packed.push(wanted);
        const location = { kind: 'host-directory', machine: 'memory', path: `/${wanted.platform}` } as const;
        return { digest: contents.digest, locations: [location] };
      },
      runtimeFiles: async ({ digest }) => {
        this.read.push(digest);
        return contents;
      },
      ...parts,
    });
  }

  async run(root: AnyEnvironment): Promise<{ readonly outcome: RunOutcome; readonly events: readonly StoredEvent[] }> {
    const settings: PlanSettings = { platform: 'linux/amd64', builders: ['host'], executors: ['local'], push: { repository, all: false } };
    const task = `${root.name}.main`;
    const targets = [{ environment: environmentDefinition(root)!, task }];
    const planned = await this.#world.engine.plan(testProject([root]), targets, settings, never());
    const handle = await this.#world.engine.run(planned, { task, args: encodeArgs([]) });
    return { outcome: await handle.outcome(), events: await this.#world.events(handle.name) };
  }
}

/** The same for all platforms. */
const contents = memoryFiles({ node: 'a program', 'lib/libc.so': 'text' });
const root = environment('a_env', { main: {} }, { image: Image.fromDebianBase().withAptPackages('git') });
const plain = new TaskEnvironment({ name: 'a_env', image: 'busybox:latest' });
plain.task('main', async () => 1);

describe('the runtime for an executor that takes it as an image', () => {
  it('is built as one, pushed, and placed by its digest in the registry', async () => {
    const registry = new Registry();
    const cluster = new Cluster({ registry });
    const { outcome, events } = await cluster.run(root);
    expect(outcome).toMatchObject({ status: 'succeeded', value: '"a"' });
    const [request, ...others] = registry.requests.filter(isRuntime);
    expect(others).toEqual([]);
    const { digest } = contents;
    expect(request).toMatchObject({
      push: { repository },
      layers: [{ kind: 'source', files: digest, to: PORTABLE_RUNTIME_DIRECTORY }],
      parentLayers: 0,
    });
    const identity = request!.identity.digest;
    const reference = `${repository}:${identity.slice(7, 39)}`;
    const runtime = { digest, locations: [{ kind: 'registry', reference, digest: digestOf(identity) }] };
    expect(cluster.placed.map((each) => each.runtime)).toEqual([runtime]);
    const started = ofType(events, 'image.started').filter((each) => each.runtime);
    expect(started).toEqual([{ image: identity, environments: ['a_env'], builder: 'host', runtime: true }]);
    expect(ofType(events, 'image.ended').filter(({ image }) => image === identity)).toMatchObject([{ status: 'built' }]);
  });

  it('has its files in their place, in an image with nothing else but what all have', async () => {
    const registry = new Registry();
    await new Cluster({ registry }).run(plain);
    const [step] = registry.requests[0]!.rendered!.steps;
    expect(step!.base).toBe('scratch');
    expect(step!.instructions.map(({ text }) => text)).toEqual([
      `COPY ["0/files/","${PORTABLE_RUNTIME_DIRECTORY}/"]`,
      'COPY ["image.json","/opt/ambit/image.json"]',
    ]);
    const files = step!.context.entries.flatMap((entry) => (entry.kind === 'file' ? [entry.path] : []));
    expect(files).toEqual(['0/files/lib/libc.so', '0/files/node', 'Dockerfile', 'image.json']);
  });

  it('is looked for in the registry by the next run, which builds nothing and reads nothing', async () => {
    const registry = new Registry();
    await new Cluster({ registry }).run(root);
    const [built, asked] = [registry.requests.length, registry.asked.length];
    const cluster = new Cluster({ registry });
    const { outcome, events } = await cluster.run(root);
    expect(outcome.status).toBe('succeeded');
    expect(registry.requests).toHaveLength(built);
    expect(registry.asked.slice(asked)).toContainEqual({ identity: registry.requests.find(isRuntime)!.identity, push: { repository } });
    expect(cluster.read).toEqual([]);
    expect(ofType(events, 'image.ended').map(({ status }) => status)).toEqual(['exists', 'exists']);
  });

  it('is built once for all environments of a platform, and again for another one', async () => {
    const registry = new Registry();
    const on = (name: string, platform: string, dependsOn: AnyEnvironment[] = []) =>
      environment(name, { main: {} }, { image: Image.fromDebianBase({ platforms: [platform] }), dependsOn });
    const others = [on('b_env', 'linux/amd64'), on('c_env', 'linux/arm64')];
    await new Cluster({ registry }).run(on('a_env', 'linux/amd64', others));
    const made = registry.requests.filter(isRuntime).map(({ identity: { digest, platform } }) => [platform, digest] as const);
    expect(made.map(([platform]) => platform).sort()).toEqual(['linux/amd64', 'linux/arm64']);
    expect(new Set(made.map(([, digest]) => digest)).size).toBe(2);
  });

  it('of an image that is used as it is comes from a builder all the same', async () => {
    const registry = new Registry();
    const cluster = new Cluster({ registry });
    expect((await cluster.run(plain)).outcome.status).toBe('succeeded');
    expect(registry.requests.map(isRuntime)).toEqual([true]);
    expect(cluster.placed).toMatchObject([{ image: { locations: [] }, runtime: { locations: [{ kind: 'registry' }] } }]);
  });
});

describe('a runtime that does not come into the registry', () => {
  it('fails the build, says which, and starts no worker', async () => {
    const registry = new Registry();
    registry.fail = new AmbitError('AMBIT_BUILD_PUSH_DENIED', 'The image was built, and could not be pushed.', { hint: 'Log in.' });
    const { outcome, events } = await new Cluster({ registry }).run(root);
    expect(outcome).toMatchObject({
      status: 'failed',
      error: {
        code: 'AMBIT_BUILD_FAILED',
        message: 'The runtime of a_env could not be built: The image was built, and could not be pushed.',
        hint: 'Log in.',
        cause: { code: 'AMBIT_BUILD_PUSH_DENIED' },
        facts: { environments: ['a_env'] },
      },
    });
    expect(ofType(events, 'worker.reserved')).toEqual([]);
  });

  it('since none can be packed for its platform ends the run with that reason', async () => {
    const registry = new Registry();
    const refusal = new AmbitError('AMBIT_RUNTIME_PLATFORM', 'There is no worker for linux/amd64.', { hint: 'Start it elsewhere.' });
    const runtime = () => Promise.reject(refusal);
    const { outcome } = await new Cluster({ registry, parts: { runtime } }).run(plain);
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('There is no worker for linux/amd64.') as string, hint: 'Start it elsewhere.' },
    });
    expect(registry.requests).toEqual([]);
  });

  it('since its executor did not answer while the plan was made ends the run, which says to plan again', async () => {
    const registry = new Registry();
    const cluster = new Cluster({ registry });
    const describe = cluster.executor.describe.bind(cluster.executor);
    let answers = false;
    cluster.executor.describe = async (signal) => {
      if (answers) return describe(signal);
      answers = true;
      throw new Error('it is asleep');
    };
    const { outcome } = await cluster.run(plain);
    expect(outcome).toMatchObject({
      status: 'failed',
      error: {
        code: 'AMBIT_PLAN_INVALID',
        failure: 'configuration',
        message: expect.stringContaining('The plan does not say who brings the runtime of a_env to the executor local') as string,
      },
    });
    expect(registry.requests).toEqual([]);
  });
});

describe('the runtime for an executor that prefers another kind', () => {
  it.each<ExecutorDescription['runtime']>([['copied'], ['directory', 'image']])(
    'is no image, and no builder hears of it: %s',
    async (...kinds) => {
      const registry = new Registry();
      const cluster = new Cluster({ registry, runtime: kinds });
      expect((await cluster.run(plain)).outcome.status).toBe('succeeded');
      expect([registry.requests, registry.asked, cluster.read]).toEqual([[], [], []]);
      expect(cluster.packed).toEqual([{ kind: kinds[0], platform: 'linux/amd64' }]);
      expect(cluster.placed).toMatchObject([{ runtime: { locations: [{ kind: 'host-directory', path: '/linux/amd64' }] } }]);
    },
  );
});
