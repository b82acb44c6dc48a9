import type { TaskFault } from '../record/error-document.ts';
import type { Action } from './action.ts';

/** How often infrastructure may fail an action before that is the action's failure. */
const INFRASTRUCTURE_RETRIES = 3;

const timeouts: ReadonlySet<string> = new Set(['AMBIT_TASK_TIMEOUT']);

export interface FailedTry {
  readonly fault: TaskFault;
  readonly retryable: boolean;
  /** False: it never ran, so it costs nothing. */
  readonly spends: boolean;
}

/** Which budget pays for another attempt; undefined where none does. */
export function budgetOf(
  { task, spent, cancelled }: Action,
  { fault, retryable, spends }: FailedTry,
): 'own' | 'infrastructure' | 'none' | undefined {
  // A failure that a child has is the child's: its own budget is spent.
  if (cancelled !== undefined || !retryable || fault.error?.task) return undefined;
  if (!spends) return 'none';
  if (fault.failure === 'infrastructure') return spent.infrastructure < INFRASTRUCTURE_RETRIES ? 'infrastructure' : undefined;
  const isOwn = fault.failure === 'user' || timeouts.has(fault.code);
  return isOwn && spent.own < task.policy.retries ? 'own' : undefined;
}
