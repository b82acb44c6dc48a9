import type { WorkerRequest } from './worker-request.ts';

/** Where a supervisor listens. */
export type WorkerListen = { readonly unix: string } | { readonly tcp: number };

/** A GPU that a worker may see. */
export interface WorkerGpu {
  /** As `CUDA_VISIBLE_DEVICES` takes it: a uuid, or an index. */
  readonly id: string;
  readonly model: string;
}

/** What a place adds to a request, so that a supervisor can be started there. Paths are on that machine. */
export interface WorkerPlace {
  readonly runtimeDirectory: string;
  /** The folder with the image's `image.json`. */
  readonly imageDirectory?: string;
  /** A folder of this worker's own, made by the executor, mode 0700: bundles, working folders, results that wait. */
  readonly workDirectory: string;
  readonly gpus: readonly WorkerGpu[];
  readonly listen: WorkerListen;
  /** The supervisor is process 1, or the first process but one, of a pid namespace of its own: `kill(-1)` ends just its own. */
  readonly pidNamespace: boolean;
  /** Variables of the machine that tasks see too (`PATH HOME TMPDIR LANG TZ`, proxies, certificates), before those of image and environment. */
  readonly machineEnv: Readonly<Record<string, string>>;
  /**
   * The supervisor is in a container. Its own variables, which are the image's, are the machine's, below `machineEnv`; a Node of the image
   * that is new enough runs the tasks; processes that others start beside it are left alone; and it starts once only, whoever starts its
   * container again. There may be no `image.json`: an image that was not built here says nothing of itself.
   */
  readonly container?: true;
}

/** What `AMBIT_WORKER` holds, as JSON: all that a supervisor knows before its engine connects. No secret is in it. */
export interface WorkerSpec extends WorkerPlace {
  readonly version: 1;
  readonly id: string;
  readonly run: string;
  readonly environment: string;
  readonly env: Readonly<Record<string, string>>;
  readonly workdir?: string;
  readonly memoryLimit?: number;
  readonly publicKey: string;
  readonly resultTtlMs: number;
  readonly graceMs: number;
}

/** The one variable that a supervisor reads; it is removed before a runner starts. */
export const WORKER_VARIABLE = 'AMBIT_WORKER';

/**
 * How a supervisor is started, the same everywhere: its arguments, and the one variable that says all the rest. The caller
 * adds what the supervisor itself needs of the machine (`PATH` at most).
 */
export function workerCommand(
  request: WorkerRequest,
  place: WorkerPlace,
): { readonly argv: readonly string[]; readonly env: Readonly<Record<string, string>> } {
  const spec: WorkerSpec = {
    ...place,
    version: 1,
    id: request.id,
    run: request.run,
    environment: request.environment,
    env: request.env,
    ...(request.workdir === undefined ? {} : { workdir: request.workdir }),
    ...(request.resources.memory ? { memoryLimit: request.resources.memory.limit } : {}),
    publicKey: request.publicKey,
    resultTtlMs: request.resultTtlMs,
    graceMs: request.graceMs,
  };
  return {
    argv: [`${place.runtimeDirectory}/node`, `${place.runtimeDirectory}/supervisor.js`],
    env: { [WORKER_VARIABLE]: JSON.stringify(spec) },
  };
}
