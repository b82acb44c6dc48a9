import type { Clause } from './clause.ts';
import type { ObjectStoreContext } from './contexts.ts';
import { folderClauses } from './object-store-folder-clauses.ts';
import { getClauses } from './object-store-get-clauses.ts';
import { putClauses } from './object-store-put-clauses.ts';

/** What every object store does. */
export const objectStoreClauses: readonly Clause<ObjectStoreContext>[] = [...putClauses, ...getClauses, ...folderClauses];
