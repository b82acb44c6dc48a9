import { executorClauses } from '@ambit/testkit';
import type { MemoryExecutor } from '@ambit/testkit';
import { memoryExecutorContext } from '../memory-contexts.ts';
import { catches } from './catches.ts';
import { connectMutants } from './executor/connect.ts';
import { observeMutants } from './executor/observe.ts';
import { planMutants } from './executor/plan.ts';
import { releaseMutants } from './executor/release.ts';
import { reserveMutants } from './executor/reserve.ts';
import { startMutants } from './executor/start.ts';
import { stopMutants } from './executor/stop.ts';
import { taskMutants } from './executor/task.ts';

catches<MemoryExecutor, ReturnType<typeof memoryExecutorContext>>('executor', {
  clauses: executorClauses,
  context: (wrap) => memoryExecutorContext(wrap),
  mutants: [
    ...planMutants,
    ...reserveMutants,
    ...startMutants,
    ...connectMutants,
    ...taskMutants,
    ...observeMutants,
    ...stopMutants,
    ...releaseMutants,
  ],
});
