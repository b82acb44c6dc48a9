import type { CallOptions, ExecutorDescription, Placement } from '@ambit/plugin-api';
import { openSession } from '@ambit/worker/protocol';
import type { EncodedValue } from '@ambit/worker/protocol';
import { ImageBuilds } from '../build/image-builds.ts';
import { plannedFiles } from '../build/planned-files.ts';
import type { EngineParts, Planned } from '../engine.ts';
import { environmentRuntime } from '../place/environment-runtime.ts';
import { RunSecrets } from '../place/run-secrets.ts';
import { secretValue } from '../place/secret-value.ts';
import { WorkerStarter } from '../place/worker-starter.ts';
import { WorkerStops } from '../place/worker-stops.ts';
import { WorkerWatch } from '../place/worker-watch.ts';
import type { Descriptions } from '../plan/descriptions.ts';
import { AttemptLogs } from '../record/attempt-logs.ts';
import type { ErrorDocument, RunNotice } from '../record/events.ts';
import type { Recorder } from '../record/recorder.ts';
import type { Action, ActionResult, RunTask } from './action.ts';
import { Actions } from './actions.ts';
import { ActionTimers } from './action-timers.ts';
import { Attempts } from './attempts.ts';
import type { EnvironmentPool } from './environment-pool.ts';
import { ExecutorPool } from './executor-pool.ts';
import { pastDeadline, queuedTooLong } from './overdue.ts';
import { recordedValue } from './recorded-value.ts';
import type { RunKey } from './run-key.ts';
import { RunPools } from './run-pools.ts';
import { StuckWatch } from './stuck-watch.ts';
import type { WorkerLoad } from './worker-load.ts';
import { WorkerMessages } from './worker-messages.ts';
import { WorkerStarts } from './worker-starts.ts';

export interface ExecutionParts {
  readonly engine: EngineParts;
  readonly planned: Planned;
  readonly descriptions: Descriptions;
  readonly capabilities: ReadonlyMap<string, ExecutorDescription>;
  /** What workers of this executor are started with, for images of this platform, or what an image of it is made from. */
  readonly runtime: (executor: string, platform: string) => Promise<Placement['runtime']>;
  readonly run: string;
  readonly epoch: number;
  readonly key: RunKey;
  readonly graceMs: number;
  /** Builds also images that are there already. */
  readonly force?: boolean | undefined;
  readonly tasks: ReadonlyMap<string, RunTask>;
  /** Values of secrets that are known already, by name. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly recorder: Recorder;
  readonly notify: (notice: RunNotice) => void;
  readonly onRootEnded: (result: ActionResult) => void;
  /** The run has failed otherwise than by its root task. */
  readonly onFailed: (document: ErrorDocument) => void;
  /** Machinery broke. */
  readonly onFault: (error: unknown) => void;
}

/** How long what a worker wrote before its connection broke may take to come again. */
const SETTLE_MS = 100;

/** How much work lies at a worker that waits for no commit, and how long commits may wait for more then. */
const FULL_MS = 4;
const PATIENCE_MS = 4;

/** Everything of one run that lives while it is executed, wired together. */
export class Execution {
  readonly actions: Actions;
  readonly builds: ImageBuilds;
  readonly logs: AttemptLogs;
  readonly starts: WorkerStarts;
  readonly stops: WorkerStops;
  readonly #parts: ExecutionParts;
  readonly #attempts: Attempts;
  readonly #watch: WorkerWatch;
  readonly #messages: WorkerMessages;
  readonly #stuck: StuckWatch;
  readonly #pools: RunPools;
  readonly #timers: ActionTimers;
  readonly #working = new AbortController();
  readonly #building = new AbortController();
  #root: Action | undefined;

  constructor(parts: ExecutionParts) {
    this.#parts = parts;
    this.#timers = new ActionTimers(parts.engine.clock);
    const { engine, run, epoch, recorder, notify, onFailed, onFault } = parts;
    this.logs = new AttemptLogs({ runs: engine.runs, run, epoch, notify, onFailed: onFault });
    this.stops = new WorkerStops({ executors: engine.executors, recorder, onStopped: () => this.starts.released() });
    this.#watch = new WorkerWatch({ ...engine, owner: engine.runs.owner, signal: this.#working.signal });
    this.builds = this.#newBuilds();
    this.#attempts = this.#newAttempts();
    this.actions = this.#newActions();
    const { actions, logs, stops } = this;
    const retire = (load: WorkerLoad): void => this.#retire(load);
    this.#messages = new WorkerMessages({ actions, attempts: this.#attempts, logs, recorder, stops, notify, retire });
    this.starts = this.#newStarts();
    this.#pools = new RunPools(parts.planned.plan.environments, (name) => this.#newExecutorPool(name));
    const { executors } = this.#pools;
    this.#stuck = new StuckWatch({ executors, recorder, stops, isAwaited: () => this.#timers.awaitsRetry, onStuck: onFailed });
  }

  /** Hands the root to its environment, and starts the first worker of every environment that it reaches, as far as is sensible. */
  begin(task: RunTask, args: EncodedValue, options?: CallOptions): void {
    this.#root = this.actions.root(task, args, options);
    for (const executor of this.#pools.executors.values())
      for (const pool of executor.pools.slice(0, executor.mostSpare)) if (pool.starting === 0) this.starts.start(pool);
  }

  /** Where all workers have enough to do, commits may wait for each other. */
  patience(): number {
    let isBusy = false;
    for (const executor of this.#pools.executors.values())
      for (const { loads, pace } of executor.pools)
        for (const load of loads) {
          if (load.isRunning && (pace.expected(load.attempts.length - 1) ?? 0) < FULL_MS) return 0;
          isBusy ||= load.isRunning;
        }
    return isBusy ? PATIENCE_MS : 0;
  }

  cancel(reason: string): void {
    if (this.#root) this.actions.cancel(this.#root, reason);
  }

  /** Starts nothing more. What builds goes on where that is wanted. */
  close(options: { readonly builds: 'end' | 'go on' }): void {
    this.#stuck.close();
    this.#timers.close();
    for (const executor of this.#pools.executors.values()) executor.close();
    const reason = new DOMException('The run has ended.', 'AbortError');
    this.#working.abort(reason);
    if (options.builds === 'end') this.#building.abort(reason);
  }

  /** Stops every worker, also those that were just starting. */
  async stopWorkers(): Promise<void> {
    await Promise.all([this.stops.askAgain(), this.stops.stopAll(), this.starts.settled()]);
    await this.stops.stopAll();
  }

  /** Ends what ran on workers that are stopped now. */
  endAttempts(reason: string): void {
    for (const pool of this.#pools.all()) for (const load of pool.loads) this.#attempts.stopped(load, reason);
  }

  #newExecutorPool(name: string): ExecutorPool {
    return new ExecutorPool({
      name,
      description: this.#parts.capabilities.get(name)!,
      now: () => this.#parts.engine.clock.now().getTime(),
      place: (load, action) => this.#attempts.place(load, action),
      start: (pool) => {
        this.#thinOut(pool.executor);
        this.starts.start(pool);
      },
      onStill: () => this.#stuck.look(),
    });
  }

  #newBuilds(): ImageBuilds {
    const { engine, planned, descriptions, recorder, notify, force = false } = this.#parts;
    const { builders, clock } = engine;
    const { images } = planned.plan;
    const files = plannedFiles(engine, planned);
    const { signal } = this.#building;
    const secret = (name: string): Promise<string> => secretValue(name, engine.secrets ?? [], signal);
    return new ImageBuilds({ builders, descriptions, images, files, secret, force, recorder, clock, notify, signal });
  }

  #newAttempts(): Attempts {
    const { engine, planned, recorder, run } = this.#parts;
    return new Attempts({
      run,
      root: planned.project.root,
      recorder,
      now: () => engine.clock.now().getTime(),
      later: () => engine.clock.sleep(SETTLE_MS, this.#working.signal).catch(() => undefined),
      executorOf: (environment) => this.#pools.ofEnvironment(environment).executor.name,
      actions: () => this.actions,
      enqueue: (action) => this.#enqueue(action),
      timers: this.#timers,
      changed: (load) => load.pool.executor.changed(load),
      onOver: ({ action, number }) => this.logs.over(action.id, number),
    });
  }

  #newActions(): Actions {
    const { engine, recorder, run, tasks, onRootEnded, onFault } = this.#parts;
    return new Actions({
      run,
      tasks,
      recorder,
      valueOf: (action) => recordedValue(engine.runs, run, action),
      onBegun: (action) => this.#limit(action),
      onEnding: (action) => this.#timers.clearAll(action),
      enqueue: (action) => this.#enqueue(action),
      dequeue: (action) => this.#pools.of(action).queue.remove(action),
      cancelAttempt: (attempt, reason) => this.#attempts.cancel(attempt, reason),
      changed: ({ load }) => load.pool.executor.changed(load),
      onRootEnded,
      onFault,
    });
  }

  #newStarts(): WorkerStarts {
    const { engine, planned, recorder, run, epoch, key, graceMs, secrets, onFailed } = this.#parts;
    const { project, definitions, plan } = planned;
    const { executors, objects, clock, log } = engine;
    const starter = new WorkerStarter({
      ...{ executors, objects, clock, log, openSession, epoch, recorder },
      runtime: (environment, platform) => environmentRuntime({ ...this.#parts, builds: this.builds }, environment, platform),
      ...{ plan, builds: this.builds, stops: this.stops, watch: this.#watch, sign: key.sign },
      owner: { owner: engine.runs.owner, run, publicKey: key.publicKey, graceMs },
      bundle: (environment) => project.bundle(definitions.get(environment)!),
      runSecrets: new RunSecrets({ sources: engine.secrets ?? [], definitions, known: secrets, signal: this.#working.signal }),
    });
    return new WorkerStarts({
      ...{ starter, stops: this.stops, clock, log, signal: this.#working.signal },
      listener: (load) => this.#messages.listener(load),
      onBuildFailed: onFailed,
      onNone: (pool, fault) => pool.queue.all().forEach((action) => this.#attempts.refuse(action, fault)),
      onBlocked: (pool) => this.#makeRoom(pool),
    });
  }

  #limit(action: Action): void {
    const { deadlineMs } = action.policy;
    if (deadlineMs === undefined) return;
    this.#timers.set(action, 'deadline', deadlineMs, () => this.#attempts.expire(action, pastDeadline(deadlineMs)));
  }

  #limitWait(action: Action, pool: EnvironmentPool): void {
    const { queuedMs } = action.policy;
    if (queuedMs === undefined) return;
    const why = (): string => (pool.blocked > 0 ? pool.blockedBy : '');
    this.#timers.set(action, 'queued', queuedMs, () => this.#attempts.expire(action, queuedTooLong(queuedMs, why())));
  }

  #enqueue(action: Action): void {
    const pool = this.#pools.of(action);
    if (pool.refused) return this.#attempts.refuse(action, pool.refused);
    action.queuedAt = this.#parts.engine.clock.now().getTime();
    pool.queue.add(action);
    this.#limitWait(action, pool);
    pool.executor.pump();
  }

  #retire(load: WorkerLoad): void {
    load.isRetired = true;
    load.pool.loads.delete(load);
    this.#watch.forget(load.worker.id);
  }

  /** Workers for which nothing waits give their space to one that has to wait. */
  #makeRoom(pool: EnvironmentPool): void {
    const load = pool.executor.spare().find((each) => each.pool.holdsSpace);
    if (load) this.#end(load);
    else this.#stuck.look();
  }

  /** A run of very many environments does not keep a worker of each. */
  #thinOut(executor: ExecutorPool): void {
    const spare = executor.spare();
    for (const load of spare.slice(0, Math.max(0, spare.length + 1 - executor.mostSpare))) this.#end(load);
  }

  #end(load: WorkerLoad): void {
    this.#retire(load);
    void this.stops.stop(load.worker);
  }
}
