import type { BuilderContext } from '../clauses/contexts.ts';
import type { MakeContext } from './conformance-tools.ts';
import { ContainerBuilds, findWay } from './container-builds.ts';
import type { Way } from './container-builds.ts';
import { onDescribed } from './described-builder.ts';
import type { Builds } from './described-builder.ts';
import { installScriptsRun, PackageBuilds } from './package-builds.ts';

/** Gives contexts for a builder, by what it makes: images of one machine, or of containers. A first build shows what can be seen of builds. */
export function builderContexts(plugin: Builds): MakeContext<BuilderContext> {
  let runsScripts: Promise<boolean> | undefined;
  let way: Promise<Way> | undefined;
  return (tools) =>
    onDescribed<BuilderContext>(plugin, tools, async (parts) =>
      parts.description.perMachine
        ? new PackageBuilds(parts, await (runsScripts ??= installScriptsRun(plugin, tools)))
        : ContainerBuilds.open(parts, await (way ??= findWay(plugin, tools))),
    );
}
