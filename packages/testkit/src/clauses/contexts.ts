import type {
  BuildRequest,
  Executor,
  ImageBuilder,
  ObjectStore,
  Placement,
  Reservation,
  RunStore,
  WorkerHandle,
  WorkerRequest,
} from '@ambit/plugin-api';
import type { Disposable } from './clause.ts';

export interface RunStoreContext extends Disposable {
  /** A store, opened or not. Each call is a further handle on the same, at first empty, ground; `dispose` of the context closes them. */
  open(): RunStore;
}

export interface ObjectStoreContext extends Disposable {
  /** A store. Each call is a further handle on the same, at first empty, ground. */
  open(): ObjectStore;
}

export interface BuilderContext extends Disposable {
  /** A builder. Each call is a further instance on the same, at first empty, ground: what another process has. */
  open(): ImageBuilder;
  /** A request that this builder can build, with an identity of its own per name. */
  request(name: string): BuildRequest;
  /**
   * The same request, rendered anew: for clauses that give one other layers, files or a parent. Left out for builders that read no
   * Dockerfiles.
   */
  render?(request: BuildRequest): BuildRequest;
  /** A request whose build fails in its last layer, until `mend` is called. */
  failing(): BuildRequest;
  mend(): Promise<void>;
  /** A request whose build does not end before `finish` is called. `begun` resolves when its work is under way. */
  slow(): { readonly request: BuildRequest; readonly begun: Promise<void>; readonly finish: () => void };
  /** How often the work for this request was done, by whichever instance; failed and cancelled work not counted. */
  timesBuilt(request: BuildRequest): Promise<number>;
  /** What builds in progress or broken off have left, by name: empty where nothing is under way. */
  leftovers(): Promise<readonly string[]>;
}

export interface ExecutorContext extends Disposable {
  /** An executor. Each call is a further instance on the same ground: what an engine has after its crash. Clauses dispose of them. */
  open(): Executor;
  /** A request of small size that fits this place. Clauses choose id, owner and key, and take from it what they do not override. */
  request(chosen: Pick<WorkerRequest, 'id' | 'owner' | 'publicKey'>): WorkerRequest;
  readonly placement: Placement;
  /**
   * The workers are real ones, which load what clauses send them, or others that speak the worker's protocol and know
   * `conformanceTasks`. Stand-ins that only listen leave it out.
   */
  readonly speaksProtocol?: boolean;
  /** Makes a worker die as by a crash, without the executor's doing. */
  kill(handle: WorkerHandle): Promise<void>;
  /** Lets so much time pass that this reservation, which has an end, has expired. Not called for those without. */
  expire(reservation: Reservation): Promise<void>;
  /** Cuts the place off, and joins it again. Left out where that cannot be done. */
  cutOff?(isCutOff: boolean): Promise<void>;
  /** Whether a process with this argument lives at the place. Left out where processes there cannot be seen. */
  processLives?(argument: string): Promise<boolean>;
}
