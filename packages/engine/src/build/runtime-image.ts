import { createHash } from 'node:crypto';
import type { PlannedRuntime } from '@ambit/core';
import { PORTABLE_RUNTIME_DIRECTORY } from '@ambit/plugin-api';
import type { Placement } from '@ambit/plugin-api';
import type { EngineParts } from '../engine.ts';
import type { BuildableImage } from './buildable-image.ts';

type Runtime = Placement['runtime'];

/** An image with nothing in it but a portable runtime, in its place. */
export function runtimeImage(
  runtime: Runtime,
  { platform, builder, push, environments }: PlannedRuntime,
  { runtimeFiles }: Pick<EngineParts, 'runtimeFiles'>,
): BuildableImage {
  const { digest } = runtime;
  return {
    identity: `sha256:${createHash('sha256').update(`ambit.runtime/1\n${digest}\n${platform}`).digest('hex')}`,
    ...{ platform, builder, environments },
    base: 'scratch',
    container: { isForeign: false, asksForNode: false },
    layers: [{ kind: 'source', files: digest, to: PORTABLE_RUNTIME_DIRECTORY, summary: 'the runtime' }],
    parentLayers: 0,
    ...(push && { push }),
    runtime: { of: async (_, signal) => runtimeFiles?.(runtime, signal), package: async () => undefined },
  };
}
