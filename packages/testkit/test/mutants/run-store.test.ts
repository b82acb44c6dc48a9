import type { RunStore } from '@ambit/plugin-api';
import { runStoreClauses } from '@ambit/testkit';
import { memoryRunContext } from '../memory-contexts.ts';
import { catches } from './catches.ts';
import { followMutants } from './run-store/follow.ts';
import { leaseMutants } from './run-store/lease.ts';
import { listMutants } from './run-store/list.ts';
import { logMutants } from './run-store/log.ts';
import { recordMutants } from './run-store/record.ts';
import { requestMutants } from './run-store/request.ts';

catches<RunStore, ReturnType<typeof memoryRunContext>>('run store', {
  clauses: runStoreClauses,
  context: memoryRunContext,
  mutants: [...leaseMutants, ...recordMutants, ...followMutants, ...listMutants, ...requestMutants, ...logMutants],
});
