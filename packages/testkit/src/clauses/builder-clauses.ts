import { builderBaseClauses } from './builder-base-clauses.ts';
import { buildClauses } from './builder-build-clauses.ts';
import { failClauses } from './builder-fail-clauses.ts';
import { builderFilesClauses } from './builder-files-clauses.ts';
import { sameClauses } from './builder-same-clauses.ts';
import type { Clause } from './clause.ts';
import type { BuilderContext } from './contexts.ts';

/** What every builder does. */
export const builderClauses: readonly Clause<BuilderContext>[] = [
  ...buildClauses,
  ...builderBaseClauses,
  ...failClauses,
  ...sameClauses,
  ...builderFilesClauses,
];
