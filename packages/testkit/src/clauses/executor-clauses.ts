import type { Clause } from './clause.ts';
import type { ExecutorContext } from './contexts.ts';
import { connectClauses } from './executor-connect-clauses.ts';
import { lifeClauses } from './executor-life-clauses.ts';
import { stopClauses } from './executor-stop-clauses.ts';

/** What every executor does. */
export const executorClauses: readonly Clause<ExecutorContext>[] = [...lifeClauses, ...connectClauses, ...stopClauses];
