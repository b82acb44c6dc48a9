import type { SessionEvent } from '@ambit/worker/protocol';
import type { LinkListener } from '../place/worker-link.ts';
import type { WorkerStops } from '../place/worker-stops.ts';
import type { AttemptLogs } from '../record/attempt-logs.ts';
import type { RunNotice } from '../record/events.ts';
import type { Recorder } from '../record/recorder.ts';
import type { Actions } from './actions.ts';
import type { Attempt } from './attempt.ts';
import type { Attempts } from './attempts.ts';
import type { WorkerLoad } from './worker-load.ts';

export interface WorkerMessagesParts {
  readonly actions: Actions;
  readonly attempts: Attempts;
  readonly logs: AttemptLogs;
  readonly recorder: Recorder;
  readonly stops: WorkerStops;
  readonly notify: (notice: RunNotice) => void;
  /** Takes a worker out of its pool. */
  readonly retire: (load: WorkerLoad) => void;
}

/** Hands on what workers say, and that they are lost. */
export class WorkerMessages {
  readonly #parts: WorkerMessagesParts;

  constructor(parts: WorkerMessagesParts) {
    this.#parts = parts;
  }

  listener(load: WorkerLoad): LinkListener {
    const { attempts, recorder, stops, retire } = this.#parts;
    return {
      onMessage: (message) => this.#receive(load, message),
      onReconnected: (state) => attempts.reconnected(load, state),
      onLost: (loss) => {
        retire(load);
        recorder.note({ type: 'worker.lost', data: { worker: load.worker.id, reason: loss.cause.message } });
        attempts.lost(load, loss);
        load.pool.executor.changed(load);
        if (!loss.mayStillRun) void stops.stop(load.worker);
      },
    };
  }

  #receive(load: WorkerLoad, message: SessionEvent): void {
    const { actions, attempts, logs } = this.#parts;
    if (message.type === 'attempt.ended') return attempts.report(load, message.report);
    if (message.type === 'bundle.loaded' || message.type === 'usage') return;
    const { action, attempt: number } = message;
    const attempt = load.find(action, number);
    // A worker may be a little late in saying that a task has begun.
    if (attempt && !attempt.hasStarted) attempts.started(attempt);
    if (message.type === 'log')
      return logs.add(message, attempt?.action.task.id, (stored) => load.send({ type: 'log.stored', action, attempt: number, ...stored }));
    if (!attempt) return;
    if (message.type === 'call') {
      load.pool.called(attempt.action.task.id);
      actions.call(attempt, message);
    } else if (message.type === 'call.cancel') actions.cancelCall(attempt, message);
    else if (message.type === 'step') this.#step(attempt, message);
    else if (message.type === 'progress')
      this.#parts.notify({
        type: 'attempt.progress',
        data: { action, attempt: number, task: attempt.action.task.id, progress: message.data },
      });
  }

  /** Told again after a connection broke, it is the same step. */
  #step(attempt: Attempt, { type: _type, ...step }: Extract<SessionEvent, { type: 'step' }>): void {
    if (attempt.isNewStep(step.step)) this.#parts.recorder.note({ type: 'step.recorded', data: step });
  }
}
