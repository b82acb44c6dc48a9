import { AmbitError } from '@ambit/plugin-api';

/** JSON is read and written by recursion, as the language's own: how deep that goes is known when it does not. */
export function nestedAsFarAsPossible<T>(work: () => T, what: string): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RangeError && error.message.includes('call stack'))) throw error;
    throw new AmbitError('AMBIT_VALUE_NESTED', `${what} is nested too deep for JSON.`, {
      hint: 'Make it flatter, for instance a list; a program of yours can hand over and take such values as they are.',
      cause: error,
    });
  }
}
