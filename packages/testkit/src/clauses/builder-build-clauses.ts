import assert from 'node:assert/strict';
import type { BuildEvent, BuiltImage, ImageBuilder, LayerKind } from '@ambit/plugin-api';
import { clause } from './clause.ts';
import type { Clause } from './clause.ts';
import type { BuilderContext } from './contexts.ts';
import { build, builtOf, exists, found, rendered } from './builder-steps.ts';
import { patient } from './expect.ts';

async function offered(builder: ImageBuilder, image: BuiltImage): Promise<void> {
  const { offers } = await builder.describe(patient());
  assert.ok(image.locations.length > 0, 'the image is nowhere');
  for (const location of image.locations) {
    assert.ok(
      offers.some((offer) => offer.kind === location.kind),
      `${location.kind} is not offered`,
    );
  }
}

const kinds: ReadonlySet<LayerKind> = new Set([
  'apt',
  'npm',
  'npm-project',
  'pip',
  'requirements',
  'uv-project',
  'env',
  'workdir',
  'user',
  'commands',
  'source',
  'dockerfile',
]);

/** Each event about a step names one that was begun. */
function stepsAreKnown(events: readonly BuildEvent[]): void {
  const begun = new Set<number>();
  for (const event of events) {
    if (event.type === 'step') begun.add(event.number);
    else if (event.type !== 'built') assert.ok(begun.has(event.step), `a ${event.type} of step ${event.step}, which was not begun`);
  }
}

const outcomes: readonly Clause<BuilderContext>[] = [
  clause(
    'BU-DESCRIBE-01',
    'What a builder says of itself is the same each time and on every instance, and offers at least one kind of layer, platform and location.',
    async (context) => {
      const description = await context.open().describe(patient());
      assert.deepEqual(await context.open().describe(patient()), description);
      for (const list of [description.layers, description.platforms, description.offers]) assert.ok(list.length > 0);
      assert.ok(description.concurrency >= 1);
    },
  ),
  clause(
    'BU-EXISTS-01',
    'An image is "no" before it was built and "yes" afterwards, for other instances too, with the identity and the locations of the build.',
    async (context) => {
      const builder = context.open();
      const request = context.request('one');
      assert.equal(await exists(builder, request), 'no');
      const image = builtOf(await build(builder, request));
      const existence = await found(context.open(), request);
      assert.ok(existence.exists === 'yes', `it is there: "${existence.exists}"`);
      assert.deepEqual(existence.image.identity, request.identity);
      assert.deepEqual(existence.image.locations, image.locations);
      assert.equal(await exists(builder, context.request('two')), 'no');
    },
  ),
  clause(
    'BU-BUILD-01',
    'A build ends in exactly one "built", with the identity that was asked for and locations of kinds that are offered; its steps are numbered in order.',
    async (context) => {
      const builder = context.open();
      const request = context.request('one');
      const events = await build(builder, request);
      const image = builtOf(events);
      assert.deepEqual(image.identity, request.identity);
      await offered(builder, image);
      const numbers = events.flatMap((event) => (event.type === 'step' ? [event.number] : []));
      assert.deepEqual(
        numbers,
        [...numbers].sort((a, b) => a - b),
      );
      for (const event of events)
        if (event.type === 'step') assert.ok(event.number >= 1 && event.number <= event.of, `step ${event.number} of ${event.of}`);
    },
  ),
  clause(
    'BU-DESCRIBE-02',
    'A description is plain data: layers of known kinds, what is missing for others, platforms as an OS and an architecture.',
    async (context) => {
      const description = await context.open().describe(patient());
      assert.deepEqual(JSON.parse(JSON.stringify(description)), description);
      for (const [kind, { why, hint }] of Object.entries(description.missing ?? {})) {
        assert.ok(kinds.has(kind as LayerKind) && !description.layers.includes(kind as LayerKind), `nothing is missing for "${kind}"`);
        assert.ok(why !== '' && hint !== '', `what is missing for ${kind} is not told`);
      }
      for (const kind of description.layers) assert.ok(kinds.has(kind), `there is no layer "${kind}"`);
      for (const platform of description.platforms) assert.match(platform, /^[a-z0-9]+\/[a-z0-9]+$/);
      assert.ok(description.context === 'stream' || description.context === 'directory');
    },
  ),
  clause('BU-EXISTS-02', 'Asking whether an image is there does no work.', async (context) => {
    const builder = context.open();
    const request = context.request('one');
    for (let count = 0; count < 3; count += 1) assert.equal(await exists(builder, request), 'no');
    assert.equal(await context.timesBuilt(request), 0);
    assert.deepEqual(await context.leftovers(), []);
  }),
  clause('BU-BUILD-02', 'What is there may be built again, by another instance too: it stays where it is.', async (context) => {
    const builder = context.open();
    const request = context.request('one');
    const image = builtOf(await build(builder, request));
    for (const each of [builder, context.open()]) assert.deepEqual(builtOf(await build(each, request)).locations, image.locations);
    assert.equal(await exists(context.open(), request), 'yes');
  }),
  clause(
    'BU-BUILD-03',
    'Several images may be built at once, and each is the one that was asked for, at a place of its own.',
    async (context) => {
      const builder = context.open();
      const requests = ['one', 'two', 'three'].map((name) => context.request(name));
      const images = (await Promise.all(requests.map((request) => build(builder, request)))).map(builtOf);
      for (const [index, request] of requests.entries()) {
        assert.deepEqual(images[index]?.identity, request.identity);
        assert.equal(await exists(context.open(), request), 'yes');
      }
      assert.equal(new Set(images.map(({ locations }) => JSON.stringify(locations))).size, requests.length, 'two images are in one place');
    },
  ),
  clause(
    'BU-BUILD-04',
    'Progress and log lines are of a step that was begun, and a step that has a layer is of one of the request.',
    async (context) => {
      const request = context.request('one');
      const events = await build(context.open(), request);
      stepsAreKnown(events);
      for (const event of events) {
        if (event.type === 'step' && event.layer !== undefined) assert.ok(request.layers[event.layer], `there is no layer ${event.layer}`);
        if (event.type === 'progress') assert.ok(event.done >= 0 && (event.total === undefined || event.done <= event.total));
      }
    },
  ),
  clause('BU-DISPOSE-01', 'What was built is there when its builder has been disposed of.', async (context) => {
    const builder = context.open();
    const request = context.request('one');
    builtOf(await build(builder, request));
    await builder.dispose();
    assert.equal(await exists(context.open(), request), 'yes');
  }),
];

const places: readonly Clause<BuilderContext>[] = [
  clause('BU-PARENT-01', 'An image that is built on another is one of its own, and leaves its parent as it is.', async (context) => {
    const builder = context.open();
    const { features } = await builder.describe(patient());
    if (!features.parents) return { notClaimed: 'images are not built on others' };
    const base = context.request('one');
    const parent = builtOf(await build(builder, base));
    const above = context.request('two');
    const request = rendered(context, { ...above, layers: [...base.layers, ...above.layers], parent, parentLayers: base.layers.length });
    const image = builtOf(await build(builder, request));
    assert.deepEqual(image.identity, request.identity);
    assert.notDeepEqual(image.locations, parent.locations);
    for (const each of [base, request]) assert.equal(await exists(builder, each), 'yes');
    return undefined;
  }),
  clause(
    'BU-MACHINE-01',
    'Where images belong to one machine, they are built on the machine of the request, and looked for there.',
    async (context) => {
      const builder = context.open();
      const request = context.request('one');
      const { perMachine } = await builder.describe(patient());
      if (!perMachine || !request.machine)
        return { notClaimed: perMachine ? 'the requests of this test name no machine' : 'images belong to no machine' };
      const image = builtOf(await build(builder, request));
      for (const location of image.locations) if (location.kind === 'host-directory') assert.equal(location.machine, request.machine.id);
      const existence = await found(builder, request);
      assert.ok(existence.exists === 'yes', `it is there: "${existence.exists}"`);
      assert.deepEqual(existence.image.locations, image.locations);
      return undefined;
    },
  ),
];

/** What a build gives. */
export const buildClauses: readonly Clause<BuilderContext>[] = [...outcomes, ...places];
