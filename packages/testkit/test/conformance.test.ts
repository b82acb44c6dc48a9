import { builderClauses, describeClauses, executorClauses, objectStoreClauses, runStoreClauses, sharedStateClauses } from '@ambit/testkit';
import { describe, it } from 'vitest';
import {
  memoryBuilderContext,
  memoryExecutorContext,
  memoryObjectContext,
  memoryRunContext,
  memorySharedContext,
} from './memory-contexts.ts';

describeClauses('memoryRuns', runStoreClauses, () => memoryRunContext(), { describe, it });
describeClauses('memoryShared', sharedStateClauses, () => memorySharedContext(), { describe, it });
describeClauses('memoryObjects', objectStoreClauses, () => memoryObjectContext(), { describe, it });
describeClauses('memoryBuilder', builderClauses, () => memoryBuilderContext(), { describe, it });
describeClauses(
  'memoryBuilder without machine and parents',
  builderClauses,
  () =>
    memoryBuilderContext(undefined, {
      perMachine: false,
      layers: ['env', 'npm'],
      features: { cacheMounts: false, buildSecrets: false, targets: false, parents: false },
    }),
  { describe, it },
);

describeClauses('memoryExecutor', executorClauses, () => memoryExecutorContext(), { describe, it });
describeClauses(
  'memoryExecutor without capacity and proof of stops',
  executorClauses,
  () => memoryExecutorContext(undefined, { stopProof: [] }),
  { describe, it },
);
