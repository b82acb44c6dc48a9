import { AmbitError } from '@ambit/plugin-api';
import type { Clock, Json, Logger, RunStore } from '@ambit/plugin-api';
import { runName } from './run-name.ts';

/** How long an engine that says nothing more keeps its run. */
const LEASE_MS = 15_000;

export interface HeldRun {
  readonly name: string;
  readonly epoch: number;
}

export interface NewRun {
  readonly holder: string;
  /** Made where left out. */
  readonly name?: string | undefined;
  readonly create: Json;
}

/** Makes a run that nobody has yet, and takes its lease. */
export async function createRun(runs: RunStore, run: NewRun, signal: AbortSignal): Promise<HeldRun> {
  for (;;) {
    const name = run.name ?? runName();
    const answer = await runs.acquire(name, { holder: run.holder, ttlMs: LEASE_MS, create: run.create }, signal);
    // A run that was there before has had an epoch before.
    if ('epoch' in answer && answer.epoch === 1) return { name, epoch: answer.epoch };
    if ('epoch' in answer) await runs.release(name, answer.epoch);
    if (run.name !== undefined) throw taken(name);
  }
}

/** Takes the lease of a run that is there. Undefined where another has it. */
export async function takeLease(runs: RunStore, name: string, holder: string, signal: AbortSignal): Promise<HeldRun | undefined> {
  const answer = await runs.acquire(name, { holder, ttlMs: LEASE_MS }, signal);
  return 'epoch' in answer ? { name, epoch: answer.epoch } : undefined;
}

function taken(name: string): AmbitError {
  return new AmbitError('AMBIT_RUN_NAME_TAKEN', `There is a run ${name} already.`, {
    hint: 'Give the run another name, or none: then it gets one.',
    facts: { run: name },
  });
}

export interface KeptLease extends HeldRun {
  readonly runs: RunStore;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Renews a run's lease until aborted. Rejects when another has the run. */
export async function keepLease({ runs, name, epoch, clock, log }: KeptLease, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await clock.sleep(LEASE_MS / 3, signal);
      await runs.renew(name, epoch);
    } catch (error) {
      if (signal.aborted) return;
      if (AmbitError.is(error) && error.code === 'AMBIT_RUN_NOT_OWNER') throw error;
      log.warn('The lease of the run could not be renewed; it is tried again.', { run: name, error: String(error) });
    }
  }
}
