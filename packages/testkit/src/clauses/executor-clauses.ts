import type { Clause } from './clause.ts';
import type { ExecutorContext } from './contexts.ts';
import { connectClauses } from './executor-connect-clauses.ts';
import { observeClauses } from './executor-observe-clauses.ts';
import { planClauses } from './executor-plan-clauses.ts';
import { releaseClauses } from './executor-release-clauses.ts';
import { reserveClauses } from './executor-reserve-clauses.ts';
import { startClauses } from './executor-start-clauses.ts';
import { stopClauses } from './executor-stop-clauses.ts';
import { taskClauses } from './executor-task-clauses.ts';

/** What every executor does. */
export const executorClauses: readonly Clause<ExecutorContext>[] = [
  ...planClauses,
  ...reserveClauses,
  ...startClauses,
  ...connectClauses,
  ...taskClauses,
  ...observeClauses,
  ...stopClauses,
  ...releaseClauses,
];
