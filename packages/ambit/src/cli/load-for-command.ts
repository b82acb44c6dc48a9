import { writeSync } from 'node:fs';
import { resolve } from 'node:path';
import type { LoadedProject } from '@ambit/bundler';
import { loadFile } from '../app/load-file.ts';
import { sayError } from './error-report.ts';
import { EXIT } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/**
 * Loads a module of the user, as a command has to: what it prints is not the command's result, and where it ends the process
 * (`process.exit`, or an `await` of what never comes), that is said.
 */
export async function loadForCommand(file: string, cacheDirectory: string, terminal: Terminal): Promise<LoadedProject> {
  printBesideResult();
  const ended = (): void => {
    process.exitCode = EXIT.usage;
    sayError(
      {
        code: 'AMBIT_LOAD_ENDED',
        message: `${file} ended the process while it was loaded, or waits for something that never comes.`,
        hint: 'Move what exits or waits out of the module’s top level: into a task, or behind isMain(import.meta).',
      },
      terminal,
    );
  };
  process.once('exit', ended);
  try {
    return await loadFile(resolve(file), cacheDirectory);
  } finally {
    process.off('exit', ended);
  }
}

/** The user's modules may print; standard output is for results. */
function printBesideResult(): void {
  const { stdout } = process;
  const write = (chunk: string | Uint8Array, ...others: unknown[]): boolean => {
    try {
      writeSync(2, typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    } catch {
      // Nobody reads it.
    }
    const done = others.find((each) => typeof each === 'function') as (() => void) | undefined;
    if (done) process.nextTick(done);
    return true;
  };
  stdout.write = write as typeof stdout.write;
}
