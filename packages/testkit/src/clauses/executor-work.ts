import assert from 'node:assert/strict';
import type { Executor, WorkerHandle } from '@ambit/plugin-api';
import type { SessionEvent, WorkerSession } from '@ambit/worker/protocol';
import { decodeValue, encodeArgs } from '@ambit/worker/values';
import { sendConformanceTasks } from './conformance-tasks.ts';
import { greet } from './executor-greeting.ts';
import type { ExecutorScene } from './executor-scene.ts';
import { eventually } from './expect.ts';

/** A connected worker that has been sent the tasks of the clauses. */
export class WorkerAtWork {
  readonly session: WorkerSession;
  readonly #told: SessionEvent[];
  readonly #bundle: string;
  #last = 0;

  /** `beside`: a file that is sent with the tasks. */
  static async reach(scene: ExecutorScene, executor: Executor, handle: WorkerHandle, beside?: Uint8Array): Promise<WorkerAtWork> {
    const told: SessionEvent[] = [];
    const session = await greet(scene, executor, handle, { onMessage: (message) => void told.push(message) });
    return new WorkerAtWork(session, told, sendConformanceTasks(session, beside));
  }

  constructor(session: WorkerSession, told: SessionEvent[], bundle: string) {
    this.session = session;
    this.#told = told;
    this.#bundle = bundle;
  }

  async run(task: string, ...args: readonly unknown[]): Promise<unknown> {
    const action = `conform-${++this.#last}`;
    this.session.send({ type: 'attempt', action, attempt: 1, run: 'run-a', task, bundle: this.#bundle, args: encodeArgs(args) });
    const { outcome } = await eventually(`${task} ends`, async () => this.#report(action));
    assert.ok(outcome.status === 'succeeded', `${task} did not succeed: ${JSON.stringify(outcome)}`);
    return decodeValue(outcome.value);
  }

  #report(action: string): Extract<SessionEvent, { type: 'attempt.ended' }>['report'] | undefined {
    for (const message of this.#told) if (message.type === 'attempt.ended' && message.report.action === action) return message.report;
    return undefined;
  }
}
