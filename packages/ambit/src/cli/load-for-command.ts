import { writeSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { LoadedProject } from '@ambit/bundler';
import type { ErrorDocument } from '@ambit/engine';
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
    const isUnsettled = process.exitCode === UNSETTLED;
    process.exitCode = EXIT.usage;
    sayError(endedError(relative(process.cwd(), resolve(file)), isUnsettled), terminal);
  };
  process.once('exit', ended);
  try {
    return await loadFile(resolve(file), cacheDirectory, file);
  } finally {
    process.off('exit', ended);
  }
}

/** What Node exits with where nothing is left that could settle an `await` of the top level. */
const UNSETTLED = 13;

function endedError(file: string, isUnsettled: boolean): ErrorDocument {
  const what = isUnsettled ? 'waits, while it is loaded, for something that never comes' : 'ended the process while it was loaded';
  const hint = 'Move that out of the top level of the module: into a task, or behind isMain(import.meta).';
  return { code: 'AMBIT_LOAD_ENDED', message: `${file} ${what}.`, hint };
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
  stdout.write = write;
}
