import type { TaskFault } from '../record/error-document.ts';

export function pastDeadline(deadlineMs: number): TaskFault {
  return {
    failure: 'resources',
    code: 'AMBIT_TASK_DEADLINE',
    message: `It took longer than its deadline of ${deadlineMs} ms, counted from the call, and was ended.`,
    hint: 'Give it a later deadline (timeout.deadline), fewer retries, or less to do.',
  };
}

/** `why` is what it waited for, where that is known. */
export function queuedTooLong(queuedMs: number, why: string): TaskFault {
  return {
    failure: 'resources',
    code: 'AMBIT_TASK_QUEUED_TOO_LONG',
    message: `It waited longer than ${queuedMs} ms to be run${why === '' ? '' : ` (${why})`}, and was given up.`,
    hint: 'Let it wait longer (timeout.queued), or give the executor more room.',
  };
}
