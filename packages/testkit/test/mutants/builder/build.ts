import type { BuildEvent, BuiltImage, Digest, ImageBuilder, LayerKind } from '@ambit/plugin-api';
import type { MemoryBuilder } from '@ambit/testkit';
import type { Mutant } from '../catches.ts';
import { map } from '../wrong.ts';

const events = (builder: ImageBuilder, change: (event: BuildEvent) => readonly BuildEvent[]): Partial<MemoryBuilder> => ({
  build: (...args) => map(builder.build(...args), change),
});

/** What is built is somewhere else than it should be. */
const at = (builder: ImageBuilder, path: (image: BuiltImage) => string): Partial<MemoryBuilder> =>
  events(builder, (event) =>
    event.type === 'built'
      ? [{ type: 'built', image: { ...event.image, locations: [{ kind: 'host-directory', machine: 'far', path: path(event.image) }] } }]
      : [event],
  );

let built = 0;
const gone = new Set<Digest>();

export const buildMutants: readonly Mutant<MemoryBuilder>[] = [
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
    fault: 'a layer that nobody knows',
    caughtBy: 'BU-DESCRIBE-02',
    members: (builder) => ({
      describe: async (signal) => {
        const description = await builder.describe(signal);
        return { ...description, layers: [...description.layers, 'conda' as LayerKind] };
      },
    }),
  },
  {
    fault: 'something missing for what is there',
    caughtBy: 'BU-DESCRIBE-02',
    members: (builder) => ({
      describe: async (signal) => ({ ...(await builder.describe(signal)), missing: { npm: { why: 'no npm', hint: 'Install it.' } } }),
    }),
  },
  {
    fault: 'a base that is not looked at',
    caughtBy: 'BU-BASE-01',
    members: (builder) => ({ build: (request, signal) => builder.build({ ...request, base: { reference: 'debian' } }, signal) }),
  },
  {
    fault: 'a version that images do not ask for like that',
    caughtBy: 'BU-BASE-01',
    members: (builder) => ({
      describe: async (signal) => ({ ...(await builder.describe(signal)), debian: { node: ['v22.1.0'] } }),
    }),
  },
  {
    fault: 'a question that is taken for a wish',
    caughtBy: 'BU-EXISTS-02',
    members: (builder) => ({
      exists: async (identity, options, signal) => {
        const existence = await builder.exists(identity, options, signal);
        const request = { identity, base: { reference: 'debian' }, layers: [], parentLayers: 0, files: [] };
        for await (const _ of builder.build(request, signal)) continue;
        return existence;
      },
    }),
  },
  {
    fault: 'a place for each build',
    caughtBy: 'BU-BUILD-02',
    members: (builder) => at(builder, () => `/memory/build-${++built}`),
  },
  { fault: 'a place for all images', caughtBy: 'BU-BUILD-03', members: (builder) => at(builder, () => '/memory/latest') },
  {
    fault: 'lines of a step that is none',
    caughtBy: 'BU-BUILD-04',
    members: (builder) => events(builder, (event) => [{ type: 'log', step: 99, stream: 'stdout', text: 'hello' }, event]),
  },
  {
    fault: 'a step of a layer that is none',
    caughtBy: 'BU-BUILD-04',
    members: (builder) => events(builder, (event) => [event.type === 'step' ? { ...event, layer: event.number } : event]),
  },
  {
    fault: 'images that end with their builder',
    caughtBy: 'BU-DISPOSE-01',
    members: (builder) => ({
      dispose: async () => {
        for (const { digest } of builder.built) gone.add(digest);
      },
      exists: async (image, ...rest) => (gone.has(image.digest) ? { exists: 'no' } : builder.exists(image, ...rest)),
    }),
  },
  {
    fault: 'a child that is its parent',
    caughtBy: 'BU-PARENT-01',
    members: (builder) => ({
      build: (request, signal) =>
        map(builder.build(request, signal), (event): BuildEvent[] =>
          event.type === 'built' && request.parent
            ? [{ type: 'built', image: { ...event.image, locations: request.parent.locations } }]
            : [event],
        ),
    }),
  },
  {
    fault: 'a build at home',
    caughtBy: 'BU-MACHINE-01',
    members: (builder) => ({ build: ({ machine: _, ...request }, signal) => builder.build(request, signal) }),
  },
];
