import type { Clause } from './clause.ts';
import type { RunStoreContext } from './contexts.ts';
import { leaseClauses } from './run-store-lease-clauses.ts';
import { messageClauses } from './run-store-message-clauses.ts';
import { recordClauses } from './run-store-record-clauses.ts';

/** What every run store does. */
export const runStoreClauses: readonly Clause<RunStoreContext>[] = [...leaseClauses, ...recordClauses, ...messageClauses];
