import type { Executor } from '@ambit/plugin-api';
import type { BehaviourContext, BehaviourEnd, BehaviourError, BehaviourRun } from '@ambit/testkit';

/** A place that does something wrong, and the clause that must catch it. */
export interface Mutant {
  readonly fault: string;
  readonly caughtBy: string;
  /** What it does otherwise than a right place. */
  readonly members?: (right: BehaviourContext) => Partial<BehaviourContext>;
  /** The same for its executor. */
  readonly executor?: (right: Executor) => Executor;
}

type Change<T> = (right: T) => T;

/** Runs of which something else is told than what was. */
export function runs(change: (run: BehaviourRun) => Partial<BehaviourRun>): NonNullable<Mutant['members']> {
  return (right) => ({
    start: async (...args) => {
      const run = await right.start(...args);
      return { ...run, ...change(run) };
    },
  });
}

/** Runs that have ended otherwise. */
export function ends(change: Change<BehaviourEnd>): NonNullable<Mutant['members']> {
  return runs((run) => ({ end: async () => change(await run.end()) }));
}

/** Runs with another result. */
export function values<T>(change: (value: T) => unknown): NonNullable<Mutant['members']> {
  return ends((end) => {
    const { outcome } = end;
    return outcome.status === 'succeeded' ? { ...end, outcome: { ...outcome, value: change(outcome.value as T) } } : end;
  });
}

/** Runs that have failed otherwise. */
export function errors(change: (error: BehaviourError) => BehaviourError): NonNullable<Mutant['members']> {
  return ends((end) => {
    const { outcome } = end;
    return outcome.status === 'failed' ? { ...end, outcome: { ...outcome, error: change(outcome.error) } } : end;
  });
}

/** Runs with another record. */
export function events(change: Change<BehaviourEnd['events']>): NonNullable<Mutant['members']> {
  return ends((end) => ({ ...end, events: change(end.events) }));
}

/** Runs in whose record the data of some events are others. */
export function data(type: string, change: (data: Readonly<Record<string, unknown>>) => object): NonNullable<Mutant['members']> {
  return events((all) =>
    all.map((event) => (event.type === type ? { ...event, data: change(event.data as never) as typeof event.data } : event)),
  );
}

/** Runs with other logs. */
export function logs(change: Change<BehaviourEnd['logs']>): NonNullable<Mutant['members']> {
  return ends((end) => ({ ...end, logs: change(end.logs) }));
}

/** Runs whose output, of all streams, is one of other bytes. */
export function output(change: (data: Buffer) => Buffer): NonNullable<Mutant['members']> {
  return logs((chunks) => (chunks[0] ? [{ ...chunks[0], stream: 'stdout', data: change(bytesOf(chunks)) }] : []));
}

/** Runs whose output has another text. */
export function text(from: RegExp, to: string): NonNullable<Mutant['members']> {
  return logs((chunks) => {
    const keyOf = ({ attempt, stream }: (typeof chunks)[number]): string => `${attempt} ${stream}`;
    const parts = [...new Set(chunks.map(keyOf))].map((key) => chunks.filter((chunk) => keyOf(chunk) === key));
    return parts.map((part) => ({ ...part[0]!, data: Buffer.from(bytesOf(part).toString().replace(from, to)) }));
  });
}

function bytesOf(chunks: BehaviourEnd['logs']): Buffer {
  return Buffer.concat(chunks.map((chunk) => chunk.data));
}
