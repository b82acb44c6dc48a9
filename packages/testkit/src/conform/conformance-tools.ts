import type { BuilderDescription, BuildRequest, ExecutorDescription, Machine, Placement, PluginHost } from '@ambit/plugin-api';
import { cannotCheck } from '../clauses/clause.ts';
import type { BuilderContext, ExecutorContext, ObjectStoreContext, RunStoreContext, SharedStateContext } from '../clauses/contexts.ts';

/** Where one clause is run: empty at first, and gone with all that was made there after `dispose`. */
export interface ConformanceGround {
  /** What the plugin is lent: this machine as it is, with folders of this ground. */
  readonly host: PluginHost;
  /** A folder of this machine for what a clause needs besides: packages, marks. */
  readonly directory: string;
  /** The worker's runtime and an image with nothing in it, on the host's machine. */
  placement(): Promise<Placement>;
  /** Left out, clauses about builders and executors of containers are not claimed. */
  readonly containers?: ContainerTools;
  /** Idempotent. */
  dispose(): Promise<void>;
}

/** What clauses need of who runs them, for builders and executors of containers. */
export interface ContainerTools {
  /** The reference of an image that is built on and run in. It has a shell; without wget, less can be seen of builds. */
  readonly image: string;
  /** The request with its Dockerfiles, as an engine gives it to builders. */
  render(request: BuildRequest, features: BuilderDescription['features']): BuildRequest;
  /** The worker and a Node for containers of this platform, on that machine. */
  runtime(
    machine: Machine,
    wanted: { readonly kind: ExecutorDescription['runtime'][number]; readonly platform: string },
  ): Promise<Placement['runtime']>;
}

/** Engines of containers may have much to do; still less than a clause may take. */
export const CONTAINER_PATIENCE_MS = 45_000;

/** What contexts are made with. */
export interface ConformanceTools {
  /** A new one each time. */
  ground(): Promise<ConformanceGround>;
}

/** How a context is made: a new one, on a ground of its own, each time. */
export type MakeContext<Context> = (tools: ConformanceTools) => Context | Promise<Context>;

/** What a module exports as `conformance`: contexts for what nobody but the plugin's author can know. */
export interface Conformance {
  readonly builder?: MakeContext<BuilderContext>;
  readonly executor?: MakeContext<ExecutorContext>;
  readonly runs?: MakeContext<RunStoreContext>;
  readonly shared?: MakeContext<SharedStateContext>;
  readonly objects?: MakeContext<ObjectStoreContext>;
}

/** Does what makes a context of a ground; where that fails, the ground goes. */
export async function onGround<T>(tools: ConformanceTools, make: (ground: ConformanceGround) => Promise<T>): Promise<T> {
  const ground = await tools.ground();
  try {
    return await make(ground);
  } catch (error) {
    await ground.dispose();
    throw error;
  }
}

/** Grounds of one clause, which go away together, whatever has become of it. Then there are no more for it. */
export function trackedGrounds(tools: ConformanceTools): { readonly tools: ConformanceTools; dispose(): Promise<void> } {
  const made: Promise<ConformanceGround>[] = [];
  let isOver = false;
  return {
    tools: {
      ground: async () => {
        if (isOver) throw cannotCheck('the clause was cut off before');
        const ground = tools.ground();
        made.push(ground);
        return ground;
      },
    },
    dispose: async () => {
      isOver = true;
      await Promise.allSettled(made.map(async (ground) => (await ground).dispose()));
    },
  };
}
