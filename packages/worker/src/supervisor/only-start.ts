import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AmbitError } from '@ambit/plugin-api';

/** A worker that starts a second time would know nothing of what the first was given. */
export function claimOnlyStart(workDirectory: string): void {
  mkdirSync(workDirectory, { recursive: true, mode: 0o700 });
  try {
    writeFileSync(join(workDirectory, 'started'), '', { flag: 'wx' });
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === 'EEXIST' ? 'it was started before' : (cause as Error).message;
    throw new AmbitError('AMBIT_WORKER_STARTED', `This worker does not start: ${why}.`, {
      hint: 'Ask for a worker with a new id.',
      facts: { workDirectory },
      cause,
    });
  }
}
