import type { ImageIdentity } from './image.ts';
import type { Digest, Json } from './json.ts';
import type { Location } from './location.ts';

/**
 * A reservation holds space: memory, GPUs, disk. CPU is counted by the engine per running attempt, 1 where nothing is said;
 * memory is not limited where nothing is said. Sizes are bytes.
 */
export interface WorkerResources {
  readonly cpu: { readonly request: number; readonly limit?: number };
  readonly memory?: { readonly request: number; readonly limit: number };
  readonly disk?: number;
  readonly shm?: number;
  readonly gpu?: { readonly models?: readonly string[]; readonly count: number; readonly memory?: number };
}

/**
 * What is known of a worker before there is a place for it. Holds no secret: values of secrets, the bundle, inputs and
 * files go over the connection.
 */
export interface WorkerRequest {
  /** Made by the engine, unique for ever, a valid DNS label. */
  readonly id: string;
  /** Id of the run store; `list` sees only its own. */
  readonly owner: string;
  readonly run: string;
  readonly environment: string;
  readonly image: ImageIdentity;
  readonly resources: WorkerResources;
  readonly env: Readonly<Record<string, string>>;
  readonly workdir?: string;
  readonly user?: string;
  readonly volumes: readonly { readonly name: string; readonly mount: string; readonly readOnly: boolean }[];
  /**
   * Ed25519, SPKI in DER, base64. Whoever connects proves the private key over the worker's nonce and its epoch: nothing
   * secret has to be delivered.
   */
  readonly publicKey: string;
  /** Without an engine for so long, a worker ends: with its results, and with what still runs. */
  readonly resultTtlMs: number;
  /** How long a task has between the request to stop and the kill. */
  readonly graceMs: number;
  /** What the environment's placement gives this executor, checked by the plugin's `optionsSchema`. */
  readonly options: Json;
}

/**
 * What is known once there is a place: the image, and the runtime (the worker itself, and the Node that runs it), where
 * they lie there. A runtime folder holds `node` (an executable or a link to one), `supervisor.js`, `runner.js` and `runtime.js`. The
 * digest is that of its content, also where it lies in an image.
 */
export interface Placement {
  readonly image: { readonly identity: ImageIdentity; readonly locations: readonly Location[] };
  readonly runtime: { readonly digest: Digest; readonly locations: readonly Location[] };
}
