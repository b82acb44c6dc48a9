import { describe, expect, it } from 'vitest';
import {
  behaviourClauses,
  builderClauses,
  cannotCheck,
  executorClauses,
  objectStoreClauses,
  runClause,
  runStoreClauses,
  sharedStateClauses,
} from '@ambit/testkit';
import type { Clause } from '@ambit/testkit';

describe.each([
  { role: 'executor', prefix: 'EX', clauses: executorClauses, least: 40 },
  { role: 'builder', prefix: 'BU', clauses: builderClauses, least: 20 },
  { role: 'run store', prefix: 'RS', clauses: runStoreClauses, least: 20 },
  { role: 'shared state', prefix: 'ST', clauses: sharedStateClauses, least: 10 },
  { role: 'object store', prefix: 'OS', clauses: objectStoreClauses, least: 10 },
  { role: 'place of tasks', prefix: 'TB', clauses: behaviourClauses, least: 60 },
])('the clauses of a $role', ({ prefix, clauses, least }) => {
  it(`are ${least} or more, each with an id of its own and one sentence`, () => {
    expect(clauses.length).toBeGreaterThanOrEqual(least);
    expect(new Set(clauses.map(({ id }) => id)).size).toBe(clauses.length);
    expect(new Set(clauses.map(({ spec }) => spec)).size).toBe(clauses.length);
    for (const { id, spec } of clauses) {
      expect(id).toMatch(new RegExp(`^${prefix}-[A-Z]+-\\d\\d$`));
      expect(spec).toMatch(/^[A-Z].*[^.]\.$/);
      expect(spec).not.toContain('. ');
    }
  });
});

describe('a clause', () => {
  const dispose = async (): Promise<void> => {};
  const clause = (run: () => Promise<void>): Clause<{ dispose(): Promise<void> }> => ({ id: 'XX-ONE-01', spec: 'It runs.', run });

  it('answers "not claimed" with the reason where its context cannot do what it asks', async () => {
    const run = async (): Promise<void> => {
      throw cannotCheck('there is no disk');
    };
    expect(await runClause(clause(run), () => ({ dispose }))).toEqual({ notClaimed: 'there is no disk' });
    expect(
      await runClause(
        clause(async () => {}),
        () => Promise.reject(cannotCheck('there is no place')),
      ),
    ).toEqual({
      notClaimed: 'there is no place',
    });
  });

  it('tells what is wrong, also where its context cannot go away then', async () => {
    const run = async (): Promise<void> => {
      throw new TypeError('it is wrong');
    };
    const stuck = { dispose: () => Promise.reject(new TypeError('it is stuck')) };
    await expect(runClause(clause(run), () => stuck)).rejects.toThrow('it is wrong');
    await expect(
      runClause(
        clause(async () => {}),
        () => stuck,
      ),
    ).rejects.toThrow('it is stuck');
  });
});
