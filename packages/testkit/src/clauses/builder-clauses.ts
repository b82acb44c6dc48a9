import assert from 'node:assert/strict';
import type { BuildEvent, BuildRequest, BuiltImage, ImageBuilder } from '@ambit/plugin-api';
import { builderFilesClauses } from './builder-files-clauses.ts';
import { clause } from './clause.ts';
import type { Clause } from './clause.ts';
import type { BuilderContext } from './contexts.ts';
import { collect, eventually, first, patient, refuses, settles } from './expect.ts';

const build = (builder: ImageBuilder, request: BuildRequest, signal = patient()): Promise<BuildEvent[]> =>
  collect(builder.build(request, signal));

async function exists(builder: ImageBuilder, request: BuildRequest): Promise<string> {
  return (await builder.exists(request.identity, request.machine ? { machine: request.machine } : {}, patient())).exists;
}

/** The one `built`, which is the last event. */
function builtOf(events: readonly BuildEvent[]): BuiltImage {
  assert.equal(events.filter((event) => event.type === 'built').length, 1);
  const last = events.at(-1);
  assert.ok(last?.type === 'built', 'the last event is not "built"');
  return last.image;
}

/** Nothing of this request is there, whole or in part. */
async function leftNothing(context: BuilderContext, builder: ImageBuilder, request: BuildRequest): Promise<void> {
  assert.equal(await exists(builder, request), 'no');
  const names = await eventually('all leftovers are cleared away', async () => ((await context.leftovers()).length === 0 ? [] : undefined));
  assert.deepEqual(names, []);
}

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
      const found = await context.open().exists(request.identity, request.machine ? { machine: request.machine } : {}, patient());
      assert.ok(found.exists === 'yes');
      assert.deepEqual(found.image.identity, request.identity);
      assert.deepEqual(found.image.locations, image.locations);
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
    'BU-FAIL-01',
    'A build that fails throws AMBIT_BUILD_FAILED with step, layer, command, exit code and the end of the log, and leaves nothing.',
    async (context) => {
      const builder = context.open();
      const request = context.failing();
      const { facts } = await refuses(build(builder, request), 'AMBIT_BUILD_FAILED');
      assert.equal(facts['layer'], request.layers.length - 1);
      assert.equal(typeof facts['step'], 'number');
      assert.equal(typeof facts['exitCode'], 'number');
      assert.notEqual(facts['exitCode'], 0);
      for (const name of ['command', 'log']) assert.ok(typeof facts[name] === 'string' && facts[name] !== '', `${name} is not told`);
      await leftNothing(context, builder, request);
    },
  ),
  clause('BU-FAIL-02', 'What failed can be built once its cause is mended, by the same instance.', async (context) => {
    const builder = context.open();
    const request = context.failing();
    await refuses(build(builder, request), 'AMBIT_BUILD_FAILED');
    await context.mend();
    builtOf(await build(builder, request));
    assert.equal(await exists(builder, request), 'yes');
  }),
];

const together: readonly Clause<BuilderContext>[] = [
  clause('BU-SAME-01', 'Equal requests at once are one build, and each sees its end.', async (context) => {
    const builder = context.open();
    const { request, begun, finish } = context.slow();
    const builds = [build(builder, request), build(builder, request)];
    await settles('the build begins', begun);
    builds.push(build(builder, request));
    await new Promise((resolve) => setImmediate(resolve));
    finish();
    const images = (await Promise.all(builds)).map(builtOf);
    for (const image of images) assert.deepEqual(image.locations, images[0]?.locations);
    assert.equal(await context.timesBuilt(request), 1);
  }),
  clause('BU-SAME-02', 'Of several who wait for one build, one may leave without harm to the others.', async (context) => {
    const builder = context.open();
    const { request, begun, finish } = context.slow();
    const leave = new AbortController();
    const left = build(builder, request, leave.signal);
    const stays = build(builder, request);
    await settles('the build begins', begun);
    leave.abort();
    await assert.rejects(settles('the one that left is let go', left));
    finish();
    builtOf(await stays);
    assert.equal(await context.timesBuilt(request), 1);
  }),
  clause('BU-CANCEL-01', 'A build that is aborted rejects and leaves nothing, and can be built afterwards.', async (context) => {
    const builder = context.open();
    const { request, begun, finish } = context.slow();
    const stop = new AbortController();
    const building = build(builder, request, stop.signal);
    await settles('the build begins', begun);
    stop.abort();
    await assert.rejects(settles('the build ends', building));
    await leftNothing(context, builder, request);
    finish();
    builtOf(await build(builder, request));
  }),
  clause('BU-CANCEL-02', 'A build whose events nobody wants any more leaves nothing.', async (context) => {
    const builder = context.open();
    const { request } = context.slow();
    const { type } = await first(builder.build(request, patient()));
    assert.notEqual(type, 'built');
    await leftNothing(context, builder, request);
  }),
  clause('BU-CANCEL-03', 'A build that was aborted before it began does no work.', async (context) => {
    const builder = context.open();
    const request = context.request('one');
    await assert.rejects(build(builder, request, AbortSignal.abort()));
    assert.equal(await context.timesBuilt(request), 0);
    await leftNothing(context, builder, request);
  }),
];

/** What every builder does. */
export const builderClauses: readonly Clause<BuilderContext>[] = [...outcomes, ...together, ...builderFilesClauses];
