import { AmbitError } from '@ambit/plugin-api';
import type { BuildEvent, BuildRequest, ImageBuilder } from '@ambit/plugin-api';
import { builderClauses, memoryBuilder } from '@ambit/testkit';
import type { MemoryBuilder } from '@ambit/testkit';
import { memoryBuilderContext } from '../memory-contexts.ts';
import { catches } from './catches.ts';
import { map } from './wrong.ts';

const events = (builder: ImageBuilder, change: (event: BuildEvent) => readonly BuildEvent[]): Partial<MemoryBuilder> => ({
  build: (...args) => map(builder.build(...args), change),
});

const withoutFiles = (request: BuildRequest): BuildRequest => ({
  ...request,
  layers: request.layers.filter(({ kind }) => kind !== 'source'),
});

catches<MemoryBuilder, ReturnType<typeof memoryBuilderContext>>('builder', builderClauses, memoryBuilderContext, [
  {
    fault: 'a description that changes',
    caughtBy: 'BU-DESCRIBE-01',
    members: (builder) => ({ describe: async (signal) => ({ ...(await builder.describe(signal)), concurrency: Math.random() + 1 }) }),
  },
  { fault: 'images that are never there', caughtBy: 'BU-EXISTS-01', members: () => ({ exists: async () => ({ exists: 'no' }) }) },
  {
    fault: 'a build that says twice that it is built',
    caughtBy: 'BU-BUILD-01',
    members: (builder) => events(builder, (event) => (event.type === 'built' ? [event, event] : [event])),
  },
  {
    fault: 'an image at a place that is not offered',
    caughtBy: 'BU-BUILD-01',
    members: (builder) =>
      events(builder, (event) =>
        event.type === 'built'
          ? [{ type: 'built', image: { ...event.image, locations: [{ kind: 'docker-daemon', daemon: 'd', imageId: 'i' }] } }]
          : [event],
      ),
  },
  {
    fault: 'another identity',
    caughtBy: 'BU-BUILD-01',
    members: (builder) =>
      events(builder, (event) =>
        event.type === 'built'
          ? [{ type: 'built', image: { ...event.image, identity: { ...event.image.identity, platform: 'other/one' } } }]
          : [event],
      ),
  },
  {
    fault: 'a failure without facts',
    caughtBy: 'BU-FAIL-01',
    members: (builder) => ({
      async *build(request, signal) {
        try {
          yield* builder.build(request, signal);
        } catch (error) {
          throw AmbitError.is(error) ? new AmbitError('AMBIT_BUILD_FAILED', error.message, { hint: error.hint }) : error;
        }
      },
    }),
  },
  {
    fault: 'a build for each who asks',
    caughtBy: 'BU-SAME-01',
    members: (builder) => {
      const extra = memoryBuilder();
      let asked = 0;
      return {
        get built() {
          return [...builder.built, ...extra.built];
        },
        build: (request, signal) => (asked++ === 0 ? builder : extra).build(request, signal),
      };
    },
  },
  {
    fault: 'an image that is there though its build was cancelled',
    caughtBy: 'BU-CANCEL-01',
    members: (builder) => ({
      exists: async ({ digest, platform }) => ({
        exists: 'yes',
        image: { identity: { digest, platform }, locations: [], durationMs: builder.built.length },
      }),
    }),
  },
  {
    fault: 'work for nobody',
    caughtBy: 'BU-CANCEL-03',
    members: (builder) => ({ build: (request) => builder.build(request, new AbortController().signal) }),
  },
  {
    fault: 'files that are never read',
    caughtBy: 'BU-FILES-01',
    members: (builder) => ({ build: (request, signal) => builder.build(withoutFiles(request), signal) }),
  },
  {
    fault: 'files that are taken as they come',
    caughtBy: 'BU-FILES-02',
    members: (builder) => ({
      async *build(request, signal) {
        const paths = request.files.flatMap((files) => files.entries.map(({ path }) => ({ files, path })));
        for (const { files, path } of paths) await collected(files.read(path, signal)).catch(() => undefined);
        yield* builder.build(withoutFiles(request), signal);
      },
    }),
  },
  {
    fault: 'layers that are left out where their files are not there',
    caughtBy: 'BU-FILES-03',
    members: (builder) => ({
      build: (request, signal) => {
        const isThere = request.layers.every((layer) => !('files' in layer) || request.files.some(({ digest }) => digest === layer.files));
        return builder.build(isThere ? request : withoutFiles(request), signal);
      },
    }),
  },
]);

async function collected(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items) continue;
}
