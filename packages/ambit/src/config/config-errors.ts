import { AmbitError } from '@ambit/plugin-api';

/** The configuration is wrong: `what` completes the sentence that begins with its name. */
export function configError(where: string, what: string, hint: string, cause?: unknown): AmbitError {
  return new AmbitError('AMBIT_CONFIG_INVALID', `${where} ${what}`, { hint, facts: { where }, ...(cause === undefined ? {} : { cause }) });
}
