import type { TaskPolicy } from '@ambit/core';
import type { TaskFault } from '../record/error-document.ts';
import type { Action } from './action.ts';

/** How often infrastructure may fail an action before that is the action's failure. */
const INFRASTRUCTURE_RETRIES = 3;

const TIMEOUT = 'AMBIT_TASK_TIMEOUT';
const OUT_OF_MEMORY = 'AMBIT_TASK_OUT_OF_MEMORY';

export interface FailedTry {
  readonly fault: TaskFault;
  readonly retryable: boolean;
  /** False: it never ran, so it costs nothing. */
  readonly spends: boolean;
}

/** Which budget pays for another attempt; undefined where none does. */
export function budgetOf(
  { policy, spent, endReason }: Action,
  { fault, retryable, spends }: FailedTry,
): 'own' | 'infrastructure' | 'none' | undefined {
  // A failure that a child has is the child's: its own budget is spent.
  if (endReason !== undefined || !retryable || fault.error?.task) return undefined;
  if (!spends) return 'none';
  if (fault.failure === 'infrastructure' && spent.infrastructure < INFRASTRUCTURE_RETRIES) return 'infrastructure';
  return countsAsOwn(policy, fault) && spent.own < policy.retries ? 'own' : undefined;
}

export function isOutOfMemory({ code }: TaskFault): boolean {
  return code === OUT_OF_MEMORY;
}

function countsAsOwn({ retryOn, growMemory }: TaskPolicy, fault: TaskFault): boolean {
  if (growMemory !== undefined && isOutOfMemory(fault)) return true;
  if (retryOn) return retryOn.includes(fault.failure);
  return fault.failure === 'user' || fault.code === TIMEOUT;
}
