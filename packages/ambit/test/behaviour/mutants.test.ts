import { AssertionError } from 'node:assert';
import { behaviourClauses, runClause } from '@ambit/testkit';
import type { BehaviourEnd } from '@ambit/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AmbitPlace } from './ambit-place.ts';
import { outputMutants } from './mutants/output.ts';
import { rememberedRuns } from './mutants/remembered-runs.ts';
import { stopMutants } from './mutants/stops.ts';
import { valueMutants } from './mutants/values.ts';
import { worldMutants } from './mutants/world.ts';

const mutants = [...valueMutants, ...outputMutants, ...worldMutants, ...stopMutants];

/** How long a clause waits for what a wrong place never does. */
const options = { config: new URL('./places/local.ts', import.meta.url), patienceMs: 8_000 };

/** That right places pass is what `local.test.ts` says. */
describe('the clauses of behaviour catch', () => {
  const known = new Map<string, BehaviourEnd>();
  let right: AmbitPlace | undefined;
  beforeAll(async () => {
    right = await AmbitPlace.open(options);
  });
  afterAll(() => right?.dispose());

  it.each(mutants)('$fault ($caughtBy)', async ({ caughtBy, members, executor }) => {
    const clause = behaviourClauses.find(({ id }) => id === caughtBy);
    if (!clause) throw new TypeError(`there is no clause ${caughtBy}`);
    const place = executor ? await AmbitPlace.open(options, executor) : right!;
    const context = executor ? place.context() : rememberedRuns(place.context(), known);
    await expect(runClause(clause, () => ({ ...context, ...members?.(context) }))).rejects.toThrow(AssertionError);
    if (executor) await place.dispose();
  });

  it('something wrong, each of them', () => {
    const caught = new Set(mutants.map(({ caughtBy }) => caughtBy));
    expect(behaviourClauses.filter(({ id }) => !caught.has(id)).map(({ id }) => id)).toEqual([]);
  });
});
