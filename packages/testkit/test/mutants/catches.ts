import { describe, expect, it } from 'vitest';
import { runClause } from '@ambit/testkit';
import type { Clause, Disposable } from '@ambit/testkit';
import { wrong } from './wrong.ts';

/** A wrong implementation, and the clause that must catch it. */
export interface Mutant<Part> {
  readonly fault: string;
  readonly caughtBy: string;
  readonly members: (right: Part) => Partial<Part>;
}

/** A test for each mutant: the right implementation passes its clause, the wrong one does not. */
export function catches<Part extends object, Context extends Disposable>(
  name: string,
  clauses: readonly Clause<Context>[],
  context: (wrap: (part: Part) => Part) => Context,
  mutants: readonly Mutant<Part>[],
): void {
  describe(`${name} clauses catch`, () => {
    it.each(mutants)('$fault ($caughtBy)', async ({ caughtBy, members }) => {
      const clause = clauses.find((each) => each.id === caughtBy);
      if (!clause) throw new Error(`there is no clause ${caughtBy}`);
      await expect(runClause(clause, () => context((part) => part))).resolves.not.toThrow();
      await expect(runClause(clause, () => context((part) => wrong(part, members)))).rejects.toThrow();
    });
  });
}
