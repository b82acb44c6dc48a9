import type { ExecutorDescription, Stopped } from '../executor.ts';
import type { Json } from '../json.ts';
import type { WorkerPlace } from '../worker-command.ts';
import type { WorkerRequest } from '../worker-request.ts';
import type { ByteStream } from './byte-stream.ts';

/** A worker as it is known before it has a process, and after the engine that started it has died. */
export interface SimpleWorker {
  readonly request: WorkerRequest;
  /** A folder of its own: absolute, mode 0700, made before `start` and `recover`, removed by the release. Its supervisor works in it. */
  readonly directory: string;
  /** A file in `directory` for what the supervisor says. Its last line is told where the worker dies. */
  readonly log: string;
}

/** A worker that is to be started. */
export interface StartableWorker extends SimpleWorker {
  /** Paths on this machine, for `workerCommand`; what is missing there is how this executor starts processes. */
  readonly place: Pick<WorkerPlace, 'runtimeDirectory' | 'imageDirectory' | 'workDirectory' | 'gpus'>;
}

/**
 * What `simpleExecutor` is made of: how a worker is started, found, asked after, reached and ended at one kind of place.
 * `State` names a worker exactly and is stored as JSON, so it is a `type`, not an `interface`: a pid alone is given to
 * another process some day, a pid with its start time and the boot it belongs to is not.
 */
export interface SimpleExecutorParts<State extends Json> {
  /**
   * What differs from an executor that runs processes of this machine, knows no limits, and proves no stop. The same
   * each time. There is no `capacity`: who has one has to keep account of it, which is placement.
   */
  describe?(signal: AbortSignal): Promise<Partial<Omit<ExecutorDescription, 'capacity'>>>;
  /**
   * Starts the worker, so that it lives on when this process ends. Called at most once per worker, by whichever engine.
   * Where it rejects, `recover` is asked what came of it.
   */
  start(worker: StartableWorker, signal: AbortSignal): Promise<State>;
  /**
   * What came of a start that nobody wrote the end of: the engine that made it died in the middle. Gives the state of the
   * worker that was started; else takes care that none starts any more, and gives undefined. Rejects where that cannot be
   * known: the worker then counts as unknown, and is neither started again nor released.
   */
  recover(worker: SimpleWorker, signal: AbortSignal): Promise<State | undefined>;
  /** Whether this very worker lives. Rejects where its place cannot be asked: unknown is neither. */
  isAlive(state: State, signal: AbortSignal): Promise<boolean>;
  /**
   * Ends a worker and all that it started, whether it lives or not, and says how far that is sure. Called until it answers
   * something else than `no`, never by two at once in one process; the first such answer is kept.
   */
  stop(state: State, options: { readonly graceMs: number }, signal: AbortSignal): Promise<Stopped>;
  /** One try: an open stream to the worker's socket, or undefined while nobody listens there. Asked again as long as the worker lives. */
  connect(state: State, signal: AbortSignal): Promise<ByteStream | undefined>;
  /** Removes what a stopped worker leaves outside its folder. */
  release?(state: State, signal: AbortSignal): Promise<void>;
}
