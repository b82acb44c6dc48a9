import { behaviourClauses, describeClauses } from '@ambit/testkit';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { AmbitPlace } from './ambit-place.ts';
import type { AmbitPlaceOptions } from './ambit-place.ts';

/** Hands the clauses of behaviour to vitest, on one place: all of them, or those that are given. */
export function describeBehaviour(name: string, options: AmbitPlaceOptions, clauses = behaviourClauses): void {
  // What fails for want of patience says so itself, before it is cut off.
  const timeout = 3 * (options.patienceMs ?? 15_000);
  describe(`tasks on ${name}`, { timeout }, () => {
    let place: AmbitPlace | undefined;
    beforeAll(async () => {
      place = await AmbitPlace.open(options);
    });
    afterAll(() => place?.dispose());
    describeClauses('keep to', clauses, () => place!.context(), { describe, it });
  });
}
