import { AmbitError } from '@ambit/plugin-api';

export function usageError(message: string, hint: string): AmbitError {
  return new AmbitError('AMBIT_USAGE', message, { hint });
}
