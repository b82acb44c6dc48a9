import { AmbitError } from '@ambit/plugin-api';

/** The next engine may be asked again. */
export function isConnectionEnd(error: unknown): boolean {
  return AmbitError.is(error) && (error.code === 'AMBIT_CONNECTION_BROKEN' || error.code === 'AMBIT_PROTOCOL_BROKEN');
}
