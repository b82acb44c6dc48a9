import type { Clause } from './clause.ts';
import type { RunStoreContext } from './contexts.ts';
import { followClauses } from './run-store-follow-clauses.ts';
import { leaseClauses } from './run-store-lease-clauses.ts';
import { listClauses } from './run-store-list-clauses.ts';
import { logClauses } from './run-store-log-clauses.ts';
import { recordClauses } from './run-store-record-clauses.ts';
import { requestClauses } from './run-store-request-clauses.ts';

/** What every run store does. */
export const runStoreClauses: readonly Clause<RunStoreContext>[] = [
  ...leaseClauses,
  ...recordClauses,
  ...followClauses,
  ...listClauses,
  ...requestClauses,
  ...logClauses,
];
