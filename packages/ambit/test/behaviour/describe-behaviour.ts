import { behaviourClauses, describeClauses } from '@ambit/testkit';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { AmbitPlace } from './ambit-place.ts';
import type { AmbitPlaceOptions } from './ambit-place.ts';

/** Hands all clauses of behaviour to vitest, on one place. */
export function describeBehaviour(name: string, options: AmbitPlaceOptions): void {
  describe(`tasks on ${name}`, () => {
    let place: AmbitPlace | undefined;
    beforeAll(async () => {
      place = await AmbitPlace.open(options);
    });
    afterAll(() => place?.dispose());
    describeClauses('keep to', behaviourClauses, () => place!.context(), { describe, it });
  });
}
