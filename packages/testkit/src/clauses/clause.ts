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

/** What every context can: go away with all that it made. */
export interface Disposable {
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
  const context = await makeContext();
  try {
    return await clause.run(context);
  } finally {
    await context.dispose();
  }
}
