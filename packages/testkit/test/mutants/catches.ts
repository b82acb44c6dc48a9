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

/** How long a clause waits for what a wrong implementation never does. */
const patienceMs = 500;

export interface Caught<Part extends object, Context extends Disposable> {
  readonly clauses: readonly Clause<Context>[];
  readonly context: (wrap: (part: Part) => Part) => Context;
  readonly mutants: readonly Mutant<Part>[];
}

/** A test for each mutant: the right implementation passes its clause, the wrong one does not. And every clause catches one. */
export function catches<Part extends object, Context extends Disposable>(
  name: string,
  { clauses, context, mutants }: Caught<Part, Context>,
): void {
  describe(`${name} clauses catch`, () => {
    it.each(mutants)('$fault ($caughtBy)', async ({ caughtBy, members }) => {
      const clause = clauses.find((each) => each.id === caughtBy);
      if (!clause) throw new Error(`there is no clause ${caughtBy}`);
      await expect(runClause(clause, () => context((part) => part))).resolves.toBeUndefined();
      const made = { ...context((part) => wrong(part, members)), patienceMs };
      await expect(runClause(clause, () => made)).rejects.toThrow();
    });

    it('something wrong, each of them', () => {
      const caught = new Set(mutants.map(({ caughtBy }) => caughtBy));
      expect(clauses.filter(({ id }) => !caught.has(id)).map(({ id }) => id)).toEqual([]);
    });
  });
}
