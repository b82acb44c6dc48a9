import assert from 'node:assert/strict';
import { openSession } from '@ambit/worker/protocol';
import type { SessionOptions, WorkerSession } from '@ambit/worker/protocol';
import type { Executor, WorkerHandle } from '@ambit/plugin-api';
import type { Clause, NotClaimed } from './clause.ts';
import type { ExecutorContext } from './contexts.ts';
import { sceneClause } from './executor-scene.ts';
import type { ExecutorScene } from './executor-scene.ts';
import { patient } from './expect.ts';

/** A clause about workers that speak the worker's protocol; a stand-in for a worker need not. */
export function protocolClause(
  id: string,
  spec: string,
  run: (scene: ExecutorScene) => Promise<void | NotClaimed>,
): Clause<ExecutorContext> {
  return sceneClause(id, spec, async (scene): Promise<void | NotClaimed> => {
    if (scene.context.speaksProtocol) return run(scene);
    return { notClaimed: "the workers of this test do not speak the worker's protocol" };
  });
}

/** Connects as an engine does, and says hello. */
export async function greet(
  scene: ExecutorScene,
  executor: Executor,
  handle: WorkerHandle,
  options: Partial<SessionOptions> = {},
): Promise<WorkerSession> {
  const connection = await executor.connect(handle, patient());
  const rest: Omit<SessionOptions, 'epoch' | 'sign' | 'worker'> = {
    onMessage: () => undefined,
    onEnd: () => undefined,
    objects: { put: () => Promise.reject(new assert.AssertionError({ message: 'a worker without a task stored a blob' })), get: none },
  };
  return openSession(connection, { epoch: 1, worker: handle.id, sign: scene.sign, ...rest, ...options }, patient());
}

async function* none(): AsyncGenerator<never> {}
