import assert from 'node:assert/strict';
import type { BuildEvent, BuildRequest, BuiltImage, Existence, ImageBuilder } from '@ambit/plugin-api';
import type { BuilderContext } from './contexts.ts';
import { collect, eventually, patient } from './expect.ts';

export function build(builder: ImageBuilder, request: BuildRequest, signal: AbortSignal = patient()): Promise<BuildEvent[]> {
  return collect(builder.build(request, signal));
}

/** A request that a clause has changed, as a builder of containers needs it too. */
export function rendered(context: BuilderContext, request: BuildRequest): BuildRequest {
  return context.render?.(request) ?? request;
}

export function found(builder: ImageBuilder, { identity, machine }: BuildRequest): Promise<Existence> {
  return builder.exists(identity, machine ? { machine } : {}, patient());
}

export async function exists(builder: ImageBuilder, request: BuildRequest): Promise<Existence['exists']> {
  return (await found(builder, request)).exists;
}

/** The one `built`, which is the last event. */
export function builtOf(events: readonly BuildEvent[]): BuiltImage {
  assert.equal(events.filter((event) => event.type === 'built').length, 1);
  const last = events.at(-1);
  assert.ok(last?.type === 'built', 'the last event is not "built"');
  return last.image;
}

/** Nothing of this request is there, whole or in part. */
export async function leftNothing(context: BuilderContext, builder: ImageBuilder, request: BuildRequest): Promise<void> {
  assert.equal(await exists(builder, request), 'no');
  await eventually('all leftovers are cleared away', async () => ((await context.leftovers()).length === 0 ? true : undefined));
}
