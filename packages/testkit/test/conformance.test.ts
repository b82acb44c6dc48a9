import { builderClauses, describeClauses, executorClauses, objectStoreClauses, runStoreClauses } from '@ambit/testkit';
import { describe, it } from 'vitest';
import { memoryBuilderContext, memoryExecutorContext, memoryObjectContext, memoryRunContext } from './memory-contexts.ts';

describeClauses('memoryRuns', runStoreClauses, () => memoryRunContext(), { describe, it });
describeClauses('memoryObjects', objectStoreClauses, () => memoryObjectContext(), { describe, it });
describeClauses('memoryBuilder', builderClauses, () => memoryBuilderContext(), { describe, it });

const capacity = { cpu: 4, memory: 8192, gpus: [] };
describeClauses('memoryExecutor', executorClauses, () => memoryExecutorContext(undefined, { capacity }), { describe, it });
describeClauses(
  'memoryExecutor without proof of stops',
  executorClauses,
  () => memoryExecutorContext(undefined, { capacity, stopProof: [] }),
  { describe, it },
);
