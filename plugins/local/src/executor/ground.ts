import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Machine } from '@ambit/plugin-api';
import type { ProcessTable } from '../machine/process-table.ts';
import type { WorkerRecords } from './worker-records.ts';

/** How a process of this engine's own ended, as the system said. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What the parts of the executor stand on. */
export interface Ground {
  readonly machine: Machine;
  readonly env: NodeJS.ProcessEnv;
  readonly table: ProcessTable;
  readonly boot: string;
  readonly records: WorkerRecords;
  /** Of the outermost processes that this process started. */
  readonly exits: Map<string, Exit>;
  /** Something about workers may have changed. */
  changed(): void;
}

/** Short, for waiting on a process. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

export function supervisorLog(workDirectory: string): string {
  return join(workDirectory, 'supervisor.log');
}

/** The last that a supervisor, or what leads to it, had to say. */
export function logTail(workDirectory: string): string {
  try {
    return readFileSync(supervisorLog(workDirectory), 'utf8').slice(-4000).trim();
  } catch {
    return '';
  }
}
