import { AmbitError } from '@ambit/plugin-api';
import { withPatience } from './patience.ts';

/** One sentence of a contract, and the check that an implementation keeps it. */
export interface Clause<Context> {
  /** Stable: `EX-START-02`. */
  readonly id: string;
  readonly spec: string;
  /**
   * Rejects where the implementation is wrong. Resolves with `notClaimed` where the implementation says itself that it has
   * no such ability: an answer by name, never a silent pass.
   */
  run(context: Context): Promise<void | NotClaimed>;
}

export function clause<Context>(id: string, spec: string, run: (context: Context) => Promise<void | NotClaimed>): Clause<Context> {
  return { id, spec, run };
}

export interface NotClaimed {
  readonly notClaimed: string;
}

const CANNOT_CHECK = 'AMBIT_CONFORM_CANNOT_CHECK';

/** For a context to throw where it cannot do what a clause asks of it: the clause then answers `notClaimed` with this reason. */
export function cannotCheck(reason: string): AmbitError {
  const hint = 'Give the clauses a context that can: export `conformance` beside the plugin.';
  return new AmbitError(CANNOT_CHECK, reason, { hint });
}

/** What every context can: go away with all that it made. */
export interface Disposable {
  /** How long clauses wait for what has to happen. 15 s where left out; a place that is far away takes longer. */
  readonly patienceMs?: number;
  dispose(): Promise<void>;
}

export interface TestFramework {
  describe(name: string, body: () => void): void;
  it(name: string, body: (test: { skip(note?: string): unknown }) => Promise<void>): void;
}

/** Hands clauses to a test framework (vitest's `describe` and `it`). Each clause gets a context of its own. */
export function describeClauses<Context extends Disposable>(
  name: string,
  clauses: readonly Clause<Context>[],
  makeContext: () => Context | Promise<Context>,
  framework: TestFramework,
): void {
  framework.describe(name, () => {
    for (const clause of clauses) {
      framework.it(`${clause.id}: ${clause.spec}`, async (test) => {
        const result = await runClause(clause, makeContext);
        if (result) test.skip(`not claimed: ${result.notClaimed}`);
      });
    }
  });
}

/** Runs one clause in a context of its own. */
export async function runClause<Context extends Disposable>(
  clause: Clause<Context>,
  makeContext: () => Context | Promise<Context>,
): Promise<void | NotClaimed> {
  try {
    const context = await makeContext();
    return await withEnd(
      () => withPatience(context.patienceMs, () => clause.run(context)),
      () => context.dispose(),
    );
  } catch (error) {
    if (AmbitError.is(error) && error.code === CANNOT_CHECK) return { notClaimed: error.message };
    throw error;
  }
}

/** Does the work, and then its end. Where the work fails, that is what is told, whatever becomes of the end. */
export async function withEnd<T>(work: () => Promise<T>, end: () => Promise<void>): Promise<T> {
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await end().catch(() => undefined);
    throw error;
  }
  await end();
  return result;
}
