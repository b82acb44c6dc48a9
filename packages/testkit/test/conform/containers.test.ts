import { spawnSync } from 'node:child_process';
import { AmbitError, definePlugin, platformOf } from '@ambit/plugin-api';
import type { BuildRequest, BuiltImage, Digest, ExecutorDescription, ImageBuilder, Placement } from '@ambit/plugin-api';
import {
  builderClauses,
  conform,
  conforms,
  conformanceTasks,
  executorClauses,
  memoryBuilder,
  memoryExecutor,
  memoryPlace,
} from '@ambit/testkit';
import type { ClauseResult, ConformanceReport, ContainerTools, MemoryExecutorOptions, MemoryPlace } from '@ambit/testkit';
import { describe, expect, it, vi } from 'vitest';
import { install, memoryTools } from './memory-plugin.ts';
import { useOwnTemporaryFolder } from './own-temporary-folder.ts';

const image = 'registry.test/base:1';
const own = platformOf({ os: process.platform, arch: 'x64' });
const wanted: string[] = [];
const containers: ContainerTools = {
  image,
  render: (request) => ({ ...request, rendered: { steps: [] } }),
  runtime: async (_, { kind, platform }) => {
    wanted.push(`${kind} ${platform}`);
    return { digest: `sha256:${'8'.repeat(64)}`, locations: [] };
  },
};

const check = (plugin: object, tools: ContainerTools | null = containers): Promise<ConformanceReport> =>
  conform({ default: { type: 'containers', apiVersion: 1, ...plugin } }, { tools: memoryTools(tools ?? undefined), patienceMs: 15_000 });

/** Of the one part that the plugin offers. */
function resultsOf({ roles }: ConformanceReport, result: ClauseResult['result']): readonly ClauseResult[] {
  return roles.flatMap(({ role, results }) => (role === 'plugin' ? [] : results.filter((each) => each.result === result)));
}

/** A builder that wants Dockerfiles, and whose commands are run on this machine. */
function containerBuilder({ before, change }: { before?: string; change?: (right: ImageBuilder) => Partial<ImageBuilder> } = {}): object {
  const images = new Map<string, Map<Digest, BuiltImage>>();
  const hold = async (request: BuildRequest, signal: AbortSignal): Promise<void> => {
    expect(request.base.reference).toBe(image);
    expect(request.identity.platform).toBe(own);
    expect(request.machine).toBeUndefined();
    if (!request.rendered) throw new AmbitError('AMBIT_BUILD_NOT_RENDERED', 'There are no Dockerfiles.', { hint: 'Render it.' });
    await install(request, signal, before);
  };
  return definePlugin({
    type: 'containers',
    apiVersion: 1,
    builder: ({ stateDirectory }) => {
      const here = images.get(stateDirectory) ?? new Map<Digest, BuiltImage>();
      images.set(stateDirectory, here);
      const right = memoryBuilder({ images: here, hold, describe: { platforms: ['plan9/mips', own] } });
      return { ...right, ...change?.(right) };
    },
  });
}

// Whole suites are run, each clause on a ground of its own.
vi.setConfig({ testTimeout: 120_000 });
useOwnTemporaryFolder();

describe('a builder of containers', () => {
  const canCall = spawnSync('wget', ['--version']).error === undefined;

  it.skipIf(!canCall)('gets Dockerfiles, and its commands are counted, held and made to fail [needs wget]', async () => {
    // As builds have them that are given the proxies of this machine.
    const report = await check(containerBuilder({ before: 'export http_proxy=http://127.0.0.1:9' }));
    expect(resultsOf(report, 'failed')).toEqual([]);
    expect(resultsOf(report, 'not-claimed').map(({ id }) => id)).toEqual(['BU-MACHINE-01', 'BU-BASE-01']);
  });

  it('whose commands reach nobody is seen less of, and told why', async () => {
    const report = await check(containerBuilder({ before: 'wget() { return 1; }' }));
    expect(resultsOf(report, 'failed')).toEqual([]);
    const unseen = resultsOf(report, 'not-claimed').filter(({ message = '' }) => message.includes('do not reach this machine'));
    expect(unseen.map(({ id }) => id)).toEqual([
      ...['BU-EXISTS-02', 'BU-FAIL-02', 'BU-CANCEL-01', 'BU-CANCEL-02', 'BU-CANCEL-03', 'BU-CANCEL-04', 'BU-SAME-01', 'BU-SAME-02'],
    ]);
    for (const { message } of unseen) expect(message).toContain('export `conformance`');
    expect(conforms(report)).toBe(true);
  });

  it('that says that everything is there has failed', async () => {
    const exists: ImageBuilder['exists'] = async (identity) => ({ exists: 'yes', image: { identity, locations: [], durationMs: 0 } });
    const failed = resultsOf(await check(containerBuilder({ before: 'wget() { return 1; }', change: () => ({ exists }) })), 'failed');
    expect(failed.map(({ id }) => id)).toEqual(expect.arrayContaining(['BU-EXISTS-01', 'BU-FAIL-01', 'BU-FILES-02']));
  });

  it('that cannot have the base is not blamed, and does not conform either', async () => {
    const build: ImageBuilder['build'] = async function* () {
      yield { type: 'step', number: 1, of: 1, name: 'base', cached: false };
      throw new AmbitError('AMBIT_BUILD_BASE_MISSING', `The image ${image} cannot be pulled.`, { hint: 'Correct it.' });
    };
    const report = await check(containerBuilder({ change: () => ({ build }) }));
    const unseen = resultsOf(report, 'not-claimed');
    expect(unseen).toHaveLength(builderClauses.length);
    expect(unseen[0]?.message).toBe(`The image ${image} cannot be pulled. Name an image that can be had: ambit conform --image.`);
    expect(conforms(report)).toBe(false);
  });
});

describe('an executor of containers', () => {
  const description: Partial<ExecutorDescription> = { accepts: [{ kind: 'registry' }], platforms: [own], runtime: ['copied'] };
  const given = new Set<string>();

  function containerExecutor(describe: Partial<ExecutorDescription>, change?: object): object {
    const places = new Map<string, MemoryPlace>();
    return definePlugin({
      type: 'containers',
      apiVersion: 1,
      executor: ({ stateDirectory, clock }) => {
        const place = places.get(stateDirectory) ?? memoryPlace();
        places.set(stateDirectory, place);
        const parts: MemoryExecutorOptions = { place, clock, tasks: conformanceTasks(), describe, reservationTtlMs: 3_600_000 };
        const executor = memoryExecutor(parts);
        const start = executor.start.bind(executor);
        executor.start = (reservation, placement: Placement, signal) => {
          given.add(JSON.stringify([reservation.request.image, placement.image]));
          return start(reservation, placement, signal);
        };
        return Object.assign(executor, change);
      },
    });
  }

  it('gets the image as it is, and a worker for containers', async () => {
    const report = await check(containerExecutor(description));
    expect(resultsOf(report, 'failed')).toEqual([]);
    expect(report.totals.passed).toBeGreaterThan(45);
    const identity = { digest: expect.stringMatching(/^sha256:/) as string, platform: own, reference: image };
    expect([...given].map((each) => JSON.parse(each) as unknown)).toEqual([[identity, { identity, locations: [] }]]);
    expect(new Set(wanted)).toEqual(new Set([`copied ${own}`]));
  });

  const absent = { findImage: async () => ({ found: 'no', reason: 'nobody has it' }) };
  const cutOff = {
    findImage: async () => ({ found: 'unknown', reason: 'no registry answers' }),
    prepare: async function* () {
      yield { what: 'image', done: 0 };
      throw new TypeError('It cannot be pulled.');
    },
  };
  const foreign = { ...description, platforms: ['plan9/mips'] };

  it.each<[string, object, ContainerTools | null, string]>([
    ['the image', containerExecutor(description, absent), containers, `${image} cannot be had: nobody has it; name one that can: ambit`],
    [
      'an image',
      containerExecutor(description, cutOff),
      containers,
      `${image} cannot be had: It cannot be pulled; name one that can: ambit`,
    ],
    ['its platform', containerExecutor(foreign), containers, `runs images for plan9/mips, and the worker that clauses have is for ${own}`],
    ['containers', containerExecutor(description), null, 'takes images as registry, and clauses have one as host-directory'],
  ])('is not blamed where clauses have not %s, and does not conform either', async (_, plugin, tools, why) => {
    const report = await check(plugin, tools);
    const unseen = resultsOf(report, 'not-claimed');
    expect(unseen).toHaveLength(executorClauses.length);
    for (const { message } of unseen) expect(message).toContain(why);
    expect(conforms(report)).toBe(false);
  });
});
