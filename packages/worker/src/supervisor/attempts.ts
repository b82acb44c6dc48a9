import type { AttemptMessage, WorkerState } from '../protocol/messages.ts';
import type { EngineEvent, WorkerSend } from '../protocol/worker-end.ts';
import type { FromRunner } from '../runner/channel.ts';
import type { AttemptFolders } from './attempt-folders.ts';
import type { AttemptLog } from './attempt-log.ts';
import type { BundleStore, StoredBundle } from './bundle-store.ts';
import { failed } from './death-outcome.ts';
import type { Failed, RunnerExit } from './death-outcome.ts';
import type { EngineLink } from './engine-link.ts';
import { LiveAttempt } from './live-attempt.ts';
import type { Ended } from './live-attempt.ts';
import { LoadPatience } from './load-patience.ts';
import type { LogSender } from './log-sender.ts';
import type { MemoryWatch } from './memory-watch.ts';
import type { Outcomes } from './outcomes.ts';
import { ReportSender } from './report-sender.ts';
import type { RunnerProcess } from './runner-process.ts';
import type { Runners } from './runners.ts';
import type { SecretFiles, SecretOutput, WorkerSecrets } from './worker-secrets.ts';

export interface AttemptsParts {
  readonly graceMs: number;
  readonly link: EngineLink;
  readonly bundles: BundleStore;
  readonly runners: Runners;
  readonly outcomes: Outcomes;
  readonly logs: LogSender;
  readonly folders: AttemptFolders;
  readonly memory: MemoryWatch;
  readonly secrets: WorkerSecrets;
  /** Something was begun or ended. */
  readonly onChange: () => void;
}

/** Attempts as they come, one at a time. */
export class Attempts {
  readonly #parts: AttemptsParts;
  readonly #queue = new Map<string, AttemptMessage>();
  #live: LiveAttempt | undefined;
  readonly #patience: LoadPatience;
  readonly #reports: ReportSender;
  #isLoading = false;
  #isWorking = false;
  #isClosed = false;
  /** The last attempt was. */
  #isCancelled = false;

  constructor(parts: AttemptsParts) {
    this.#parts = parts;
    this.#reports = new ReportSender(parts.link, parts.outcomes);
    this.#patience = new LoadPatience((timeoutMs) => void parts.runners.process?.kill({ kind: 'timeout', timeoutMs }));
  }

  get isBusy(): boolean {
    return this.#live !== undefined || this.#queue.size > 0;
  }

  /** What runs, and what will without being asked for again. */
  running(): WorkerState['running'] {
    const live = this.#live;
    const waiting = [...this.#queue.values()].map(({ action, attempt }) => ({ action, attempt, calls: [] }));
    if (!live) return waiting;
    return [{ action: live.message.action, attempt: live.message.attempt, calls: [...live.calls.keys()] }, ...waiting];
  }

  add(message: AttemptMessage): void {
    const { action, attempt } = message;
    const { outcomes, link } = this.#parts;
    const report = outcomes.get(action, attempt);
    if (report) return link.send({ type: 'attempt.ended', report });
    if (this.#isLive(message)) return this.#live?.tellStarted();
    if (this.#isClosed || outcomes.isAcknowledged(action, attempt)) return;
    if (!this.#queue.has(keyOf(message))) this.#queue.set(keyOf(message), message);
    this.#watchLoading();
    this.work();
  }

  cancel(message: Extract<EngineEvent, { type: 'cancel' }>): void {
    if (this.#isLive(message)) return this.#live?.cancel(message.reason);
    if (this.#queue.delete(keyOf(message))) {
      this.#watchLoading();
      return this.#report(message, { outcome: { status: 'cancelled', reason: message.reason }, tainted: false });
    }
    const report = this.#parts.outcomes.get(message.action, message.attempt);
    if (report) this.#parts.link.send({ type: 'attempt.ended', report });
  }

  answer(message: Extract<EngineEvent, { type: 'call.outcome' }>): void {
    if (this.#isLive(message)) this.#live?.answer(message);
  }

  /** To an engine that may not have heard it. */
  tellAgain(): void {
    this.#live?.tellStarted();
    for (const call of this.#live?.calls.values() ?? []) this.#parts.link.send(call);
  }

  /** No more attempts will come. */
  close(): void {
    this.#isClosed = true;
  }

  /** Nothing is begun any more. */
  end(): void {
    this.#isClosed = true;
    this.#queue.clear();
  }

  /** Of attempts that wait for a bundle that cannot be had. */
  fail(digest: string, outcome: Failed): void {
    for (const [key, message] of this.#queue) {
      if (message.bundle !== digest) continue;
      this.#queue.delete(key);
      this.#report(message, { outcome, tainted: false });
    }
  }

  receive(process: RunnerProcess, message: FromRunner): void {
    const live = this.#live;
    if (live?.process === process && 'attempt' in message && this.#isLive(message))
      live.receive(this.#parts.secrets.redactedMessage(message));
  }

  died(process: RunnerProcess, exit: RunnerExit): void {
    if (this.#live?.process === process) return this.#live.died(exit);
    if (!exit.killed) {
      const how = `${exit.signal ?? exit.code} ${exit.dying?.message ?? ''} ${exit.lastErrors.slice(-2000)}`;
      console.error(`The runner ended while it had no attempt: ${this.#parts.secrets.redacted(how)}`);
    }
    this.work();
  }

  /**
   * Does what there is to do: the first attempt if its bundle is there; else the runner is made ready for the next. With no engine
   * there, none is made ready, and where the last attempt was cancelled, the run was: its runner goes.
   */
  work(): void {
    if (this.#isWorking) return;
    this.#isWorking = true;
    void this.#workOff();
  }

  async #workOff(): Promise<void> {
    for (let next = this.#next(); next; next = this.#next()) {
      this.#parts.memory.begin();
      await next();
      this.#parts.memory.end();
    }
    this.#isWorking = false;
    this.#parts.onChange();
  }

  #next(): (() => Promise<void>) | undefined {
    const { bundles, runners, link } = this.#parts;
    const [message] = this.#queue.values();
    if (!message && !link.isConnected) {
      const isLeft = this.#isCancelled && runners.process?.hasExited === false;
      return isLeft ? () => runners.retire() : undefined;
    }
    const bundle = message ? bundles.get(message.bundle) : bundles.latest;
    if (!bundle) return undefined;
    if (message) return () => this.#serve(message, bundle);
    return runners.wants(bundle) ? () => this.#load(runners.prepare(bundle)) : undefined;
  }

  async #serve(message: AttemptMessage, bundle: StoredBundle): Promise<void> {
    const { process, failure } = await this.#load(this.#parts.runners.load(bundle));
    if (!this.#queue.has(keyOf(message)) || (!failure && process.hasExited)) return;
    const log = this.#parts.logs.open(message.action, message.attempt);
    const output = this.#parts.secrets.output((stream, data) => log.append(stream, data));
    process.attach((stream, data) => output.push(stream, data));
    this.#queue.delete(keyOf(message));
    if (failure) return this.#report(message, { outcome: failure, tainted: true }, { log, output });
    const live = new LiveAttempt({
      message,
      process,
      graceMs: this.#parts.graceMs,
      send: (each) => this.#send(each),
    });
    this.#live = live;
    const ended = await this.#run(live);
    this.#live = undefined;
    this.#report(message, ended, { log, output, live });
    if (ended.tainted) await this.#parts.runners.retire();
  }

  async #run(live: LiveAttempt): Promise<Ended> {
    const { folders } = this.#parts;
    try {
      const folder = folders.take();
      const ended = await this.#runIn(folder, live);
      folders.remove(folder);
      return ended;
    } catch (error) {
      const message = `The working folder of the task ${live.message.task} could not be made: ${(error as Error).message}.`;
      const failure = folders.workdir === undefined ? 'infrastructure' : 'configuration';
      return { outcome: failed(failure, 'AMBIT_WORK_FOLDER', message), tainted: false };
    }
  }

  async #runIn(folder: string, live: LiveAttempt): Promise<Ended> {
    const { secrets, folders } = this.#parts;
    let files: SecretFiles;
    try {
      files = secrets.write(folders.workdir === undefined ? folder : undefined);
    } catch (error) {
      return { outcome: failed('configuration', 'AMBIT_SECRET_FILE', (error as Error).message), tainted: false };
    }
    const scratch = folders.scratch();
    const ended = await live.run({ directory: folder, scratch, variables: files.variables });
    files.remove();
    folders.removeScratch(scratch);
    return ended;
  }

  async #load<Result>(load: Promise<Result>): Promise<Result> {
    this.#isLoading = true;
    this.#watchLoading();
    const loaded = await load;
    this.#isLoading = false;
    this.#watchLoading();
    return loaded;
  }

  /** Whenever another attempt may be the first that waits. */
  #watchLoading(): void {
    const [first] = this.#queue.values();
    this.#patience.watch(this.#isLoading ? first : undefined);
  }

  /** It is told when its output has been sent, so that nobody takes the output for complete too early. */
  #report(
    { action, attempt }: { readonly action: string; readonly attempt: number },
    { outcome, tainted }: Ended,
    more: { readonly log?: AttemptLog; readonly output?: SecretOutput; readonly live?: LiveAttempt } = {},
  ): void {
    const { outcomes, logs, memory, secrets } = this.#parts;
    this.#isCancelled = outcome.status === 'cancelled';
    const endedAt = new Date().toISOString();
    const peakMemory = more.log ? memory.end() : undefined;
    const startedAt = more.live?.startedAt ?? endedAt;
    outcomes.add({
      action,
      attempt,
      outcome: secrets.redactedOutcome(outcome),
      startedAt,
      endedAt,
      ...(peakMemory === undefined ? {} : { peakMemory }),
      tainted,
    });
    more.output?.flush();
    if (more.log) logs.finish(more.log);
    void this.#told({ action, attempt }, more);
    this.#parts.onChange();
  }

  async #told(
    { action, attempt }: { readonly action: string; readonly attempt: number },
    { log, live }: { readonly log?: AttemptLog; readonly live?: LiveAttempt },
  ): Promise<void> {
    if (log) await this.#parts.logs.flush(log);
    this.#reports.add({ action, attempt, live }, this.#queue.size > 0);
  }

  #send(message: WorkerSend): void {
    this.#reports.flush();
    this.#parts.link.send(message);
  }

  #isLive(message: { readonly action: string; readonly attempt: number }): boolean {
    const live = this.#live?.message;
    return live?.action === message.action && live.attempt === message.attempt;
  }
}

function keyOf({ action, attempt }: { readonly action: string; readonly attempt: number }): string {
  return `${attempt} ${action}`;
}
