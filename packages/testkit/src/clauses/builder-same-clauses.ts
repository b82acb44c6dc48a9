import assert from 'node:assert/strict';
import { clause } from './clause.ts';
import type { Clause } from './clause.ts';
import type { BuilderContext } from './contexts.ts';
import { build, builtOf, exists } from './builder-steps.ts';
import { settles } from './expect.ts';

/** Equal requests. */
export const sameClauses: readonly Clause<BuilderContext>[] = [
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
  clause('BU-SAME-03', 'Instances that build one image at once all have it in the end, at one place.', async (context) => {
    const request = context.request('one');
    const builds = [context.open(), context.open(), context.open()].map((builder) => build(builder, request));
    const images = (await Promise.all(builds)).map(builtOf);
    for (const image of images) assert.deepEqual(image.locations, images[0]?.locations);
    assert.equal(await exists(context.open(), request), 'yes');
  }),
];
