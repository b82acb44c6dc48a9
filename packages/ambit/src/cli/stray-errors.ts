import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AmbitError } from '@ambit/plugin-api';

/** Catches what nobody else does; the default would end the process and leave workers behind. Returns what undoes it. */
export function onStrayError(act: (error: unknown) => void): () => void {
  const caught = (error: unknown): void => act(strayError(error));
  process.on('uncaughtException', caught);
  return () => void process.off('uncaughtException', caught);
}

/** A mistake of ours stays as it is; what comes from elsewhere is the project's. */
function strayError(error: unknown): unknown {
  if (AmbitError.is(error)) return error;
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const frame = stack.split('\n').find((line) => /^\s+at .*[/\\]/.test(line) && !line.includes('(node:'));
  if (frame !== undefined && isOurs(frame)) return error;
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new AmbitError('AMBIT_LOAD_STRAY', `Code of the project threw outside of a task, after it was loaded: ${what}`, {
    hint: 'Catch it where it is thrown: a promise that nobody awaits, a timer, or an event.',
    cause: error,
  });
}

function isOurs(frame: string): boolean {
  const here = dirname(fileURLToPath(import.meta.url));
  return frame.includes(here) || /\/node_modules\/(@ambit|ambit)\//.test(frame);
}
