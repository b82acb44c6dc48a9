import assert from 'node:assert/strict';
import { clause } from './clause.ts';
import type { Clause } from './clause.ts';
import type { BuilderContext } from './contexts.ts';
import { build, builtOf, exists, leftNothing } from './builder-steps.ts';
import { first, patient, refuses, settles } from './expect.ts';

/** Builds that fail, and builds that are not wanted any more. */
export const failClauses: readonly Clause<BuilderContext>[] = [
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
  clause('BU-FAIL-03', 'Who waits for a build that fails is told of it, each of them.', async (context) => {
    const builder = context.open();
    const request = context.failing();
    const builds = [build(builder, request), build(builder, request)];
    for (const building of builds) building.catch(() => undefined);
    for (const building of builds) await refuses(building, 'AMBIT_BUILD_FAILED');
    await leftNothing(context, builder, request);
  }),
  clause('BU-FAIL-04', 'A build that fails harms no other that is under way.', async (context) => {
    const builder = context.open();
    const [request, failing] = [context.request('one'), context.failing()];
    const [failed, built] = await Promise.allSettled([build(builder, failing), build(builder, request)]);
    assert.equal(failed.status, 'rejected');
    assert.ok(built.status === 'fulfilled', 'the other has failed too');
    assert.deepEqual(builtOf(built.value).identity, request.identity);
    assert.equal(await exists(context.open(), request), 'yes');
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
  clause('BU-CANCEL-02', 'A build whose events nobody wants any more leaves nothing, and does not go on.', async (context) => {
    const builder = context.open();
    const { request, finish } = context.slow();
    const { type } = await first(builder.build(request, patient()));
    assert.notEqual(type, 'built');
    await leftNothing(context, builder, request);
    finish();
    builtOf(await build(builder, context.request('one')));
    assert.equal(await exists(builder, request), 'no');
    assert.equal(await context.timesBuilt(request), 0);
  }),
  clause('BU-CANCEL-03', 'A build that was aborted before it began does no work.', async (context) => {
    const builder = context.open();
    const request = context.request('one');
    await assert.rejects(build(builder, request, AbortSignal.abort()));
    assert.equal(await context.timesBuilt(request), 0);
    await leftNothing(context, builder, request);
  }),
  clause('BU-CANCEL-04', 'A build that is aborted harms no other that is under way.', async (context) => {
    const builder = context.open();
    const { request, begun } = context.slow();
    const other = context.request('one');
    const stop = new AbortController();
    const building = build(builder, request, stop.signal);
    building.catch(() => undefined);
    await settles('the build begins', begun);
    const beside = build(builder, other);
    stop.abort();
    await assert.rejects(settles('the aborted one ends', building));
    assert.deepEqual(builtOf(await beside).identity, other.identity);
    assert.equal(await exists(builder, other), 'yes');
    assert.equal(await exists(builder, request), 'no');
  }),
];
