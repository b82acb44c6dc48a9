import { AmbitError } from '@ambit/plugin-api';
import { ThreadFault } from './sqlite-thread.ts';

/** What a fault of the thread means for who asked something about a run. */
export function runError(fault: unknown, run: string, file: string): unknown {
  if (!(fault instanceof ThreadFault)) return fault;
  switch (fault.kind) {
    case 'missing':
      return unknownRun(run, file);
    case 'refused':
      return notOwner(run);
    case 'damaged':
      return new AmbitError('AMBIT_RUN_DAMAGED', `The record of the run ${run} is damaged (${file}): ${fault.message}.`, {
        hint: 'Restore the file from a copy, or delete it; other runs are not concerned.',
        facts: { run, file },
      });
    case 'newer':
      return new AmbitError('AMBIT_RUN_NEWER', `The record of the run ${run} was written by a newer Ambit (${file}): ${fault.message}.`, {
        hint: 'Update Ambit to read it.',
        facts: { run, file },
      });
    case 'full':
      return new AmbitError('AMBIT_NO_SPACE', `The record of the run ${run} cannot be written (${file}): ${fault.message}.`, {
        hint: 'Make room on that disk, or keep records on another one: AMBIT_STATE.',
        facts: { run, file },
      });
    case 'denied':
    case 'failed':
      return new AmbitError('AMBIT_STORE_FAILED', `The record of the run ${run} cannot be read or written (${file}): ${fault.message}.`, {
        hint: 'Check the space on the disk and the rights of the folder.',
        facts: { run, file },
      });
  }
}

function unknownRun(run: string, file: string): AmbitError {
  return new AmbitError('AMBIT_RUN_UNKNOWN', `There is no run ${run} (no record ${file}).`, {
    hint: 'List the runs to see their names.',
    facts: { run, file },
  });
}

function notOwner(run: string): AmbitError {
  return new AmbitError('AMBIT_RUN_NOT_OWNER', `The run ${run} is not this engine's any more: its lease has ended.`, {
    hint: 'Stop driving the run: another engine may have taken it over.',
    facts: { run },
  });
}

export function badRunName(run: string): AmbitError {
  return new AmbitError('AMBIT_RUN_NAME', `"${run}" cannot be the name of a run.`, {
    hint: 'Take letters, digits, ".", "_" and "-", at most 100, beginning with a letter or digit.',
    facts: { run },
  });
}
