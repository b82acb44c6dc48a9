import { AssertionError } from 'node:assert';
import type { Executor, ExecutorDescription, Stopped } from '@ambit/plugin-api';
import { behaviourClauses, runClause } from '@ambit/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { AmbitPlace } from './ambit-place.ts';
import { changedExecutor } from './changed-executor.ts';

const local = new URL('./places/local.ts', import.meta.url);
let place: AmbitPlace | undefined;
afterEach(async () => {
  await place?.dispose();
  place = undefined;
});

async function result(id: string, executor?: (right: Executor) => Executor, config = local): ReturnType<typeof runClause> {
  const opened = (place ??= await AmbitPlace.open({ config, patienceMs: 4_000 }, executor));
  return runClause(
    behaviourClauses.find((clause) => clause.id === id)!,
    () => opened.context(),
  );
}

/** An executor that says something else of itself. */
function describes(right: Executor, said: Partial<ExecutorDescription>, members: Partial<Executor> = {}): Executor {
  return changedExecutor(right, { describe: async (signal) => ({ ...(await right.describe(signal)), ...said }), ...members });
}

/** Stops that nothing proves. */
function unproved(right: Executor): Pick<Executor, 'stop'> {
  const doubt = ({ stopped, ...rest }: Stopped): Stopped =>
    stopped === 'proved' && 'evidence' in rest
      ? { stopped: 'unconfirmed', evidence: rest.evidence, reason: 'nothing proves it here' }
      : ({ stopped, ...rest } as Stopped);
  return { stop: async (...args) => doubt(await right.stop(...args)) };
}

describe('the clauses of behaviour accept a place', () => {
  it('that proves no stop, and says so', async () => {
    const honest = (right: Executor): Executor => describes(right, { stopProof: [] }, unproved(right));
    expect(await result('TB-CANCEL-02', honest)).toBeUndefined();
    expect(await result('TB-CANCEL-03', honest)).toBeUndefined();
  });

  it('that has GPUs, and gives them to who asks', async () => {
    expect(await result('TB-RESOURCES-01', undefined, new URL('./places/local-with-gpus.ts', import.meta.url))).toBeUndefined();
  });

  it('that knows no bounds of its own until it is asked', async () => {
    const elastic = (right: Executor): Executor =>
      changedExecutor(right, {
        describe: async (signal) => {
          const { capacity: _, ...rest } = await right.describe(signal);
          return rest;
        },
      });
    expect(await result('TB-RESOURCES-01', elastic)).toBeUndefined();
    expect(await result('TB-RESOURCES-02', elastic)).toEqual({ notClaimed: 'the place says nothing of its bounds' });
  });

  it('that holds nobody to their memory, and is not put to that test', async () => {
    const lax = (right: Executor): Executor => describes(right, { enforces: { cpu: false, memory: false, disk: false } });
    expect(await result('TB-MEMORY-01', lax)).toEqual({ notClaimed: 'the place does not hold tasks to their memory' });
  });
});

describe('the clauses of behaviour catch a place', () => {
  it.each<[string, string, (right: Executor) => Executor]>([
    ['claims proofs that it has not', 'TB-CANCEL-02', (right) => describes(right, {}, unproved(right))],
    ['claims no proof and tells of one', 'TB-CANCEL-02', (right) => describes(right, { stopProof: [] })],
    [
      'claims to hold tasks to their CPUs',
      'TB-RESOURCES-04',
      (right) => describes(right, { enforces: { cpu: true, memory: true, disk: false } }),
    ],
    [
      'claims GPUs that it does not give',
      'TB-RESOURCES-01',
      (right) =>
        describes(right, {
          capacity: { cpu: 2, memory: 2 ** 34, gpus: [{ id: 'GPU-1', model: 'A100', memory: 2 ** 34, place: 'local' }] },
        }),
    ],
  ])('that %s (%s)', async (_, id, executor) => {
    await expect(result(id, executor)).rejects.toThrow(AssertionError);
  });
});
