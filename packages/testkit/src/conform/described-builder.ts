import type { BuilderDescription, Plugin } from '@ambit/plugin-api';
import { patient } from '../clauses/expect.ts';
import { onGround } from './conformance-tools.ts';
import type { ConformanceGround, ConformanceTools } from './conformance-tools.ts';

export type Builds = Required<Pick<Plugin, 'builder'>>;

/** A builder on a ground, and what it says of itself there. */
export interface DescribedBuilder {
  readonly plugin: Builds;
  readonly ground: ConformanceGround;
  readonly description: BuilderDescription;
}

export function onDescribed<T>(plugin: Builds, tools: ConformanceTools, make: (parts: DescribedBuilder) => Promise<T>): Promise<T> {
  return onGround(tools, async (ground) => {
    const builder = plugin.builder(ground.host);
    const description = await builder.describe(patient());
    await builder.dispose();
    return make({ plugin, ground, description });
  });
}
