import type { Clause } from '../clauses/clause.ts';
import type { BehaviourContext } from './behaviour-context.ts';
import { callClauses } from './call-clauses.ts';
import { errorClauses } from './error-clauses.ts';
import { fileClauses } from './file-clauses.ts';
import { logClauses } from './log-clauses.ts';
import { lossClauses } from './loss-clauses.ts';
import { resourceClauses } from './resource-clauses.ts';
import { secretClauses } from './secret-clauses.ts';
import { stopClauses } from './stop-clauses.ts';
import { valueClauses } from './value-clauses.ts';
import { worldClauses } from './world-clauses.ts';

/** What tasks may rely on wherever they run. */
export const behaviourClauses: readonly Clause<BehaviourContext>[] = [
  ...valueClauses,
  ...errorClauses,
  ...fileClauses,
  ...logClauses,
  ...secretClauses,
  ...worldClauses,
  ...stopClauses,
  ...lossClauses,
  ...callClauses,
  ...resourceClauses,
];
