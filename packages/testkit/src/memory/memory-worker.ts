import { randomUUID } from 'node:crypto';
import type { Cause, Clock, Connection, WorkerRequest } from '@ambit/plugin-api';
import { connectionPair } from './memory-connection.ts';
import type { ConnectionPair } from './memory-connection.ts';
import type { MemoryTask } from './memory-task.ts';

export interface WorkerEnd {
  readonly cause?: Cause;
  readonly exitCode?: number;
}

/** A worker whose attempts run as functions of this process. */
export interface MemoryWorker {
  readonly incarnation: string;
  readonly ended: Promise<WorkerEnd>;
  /** A new connection; an earlier one is broken. */
  connect(): Connection;
  disconnect(): void;
  kill(reason: string): Promise<void>;
}

export interface MemoryWorkerOptions {
  readonly request: WorkerRequest;
  readonly tasks: Readonly<Record<string, MemoryTask>>;
  readonly clock: Clock;
}

export function startMemoryWorker({ request }: MemoryWorkerOptions): MemoryWorker {
  let pair: ConnectionPair | undefined;
  let end: (end: WorkerEnd) => void = () => undefined;
  const ended = new Promise<WorkerEnd>((resolve) => (end = resolve));
  const disconnect = (): void => {
    pair?.break();
    pair = undefined;
  };
  return {
    incarnation: randomUUID(),
    ended,
    disconnect,
    connect: () => {
      disconnect();
      pair = connectionPair();
      return pair.engine;
    },
    kill: async (reason) => {
      disconnect();
      end({
        cause: { failure: 'infrastructure', code: 'AMBIT_WORKER_GONE', message: `The worker ${request.id} ended: ${reason}.`, facts: {} },
      });
    },
  };
}
