import { builderClauses, describeClauses, executorClauses } from '@ambit/testkit';
import { describe, it } from 'vitest';
import { hostContext } from './builder/builder-context.ts';
import { localContext } from './executor/executor-context.ts';

describeClauses('the builder host', builderClauses, hostContext, { describe, it });
describeClauses('the executor local', executorClauses, () => localContext(), { describe, it });
describeClauses('the executor local without pid namespaces', executorClauses, () => localContext({ allowNamespaces: false }), {
  describe,
  it,
});
