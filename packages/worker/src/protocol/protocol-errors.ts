import { AmbitError } from '@ambit/plugin-api';
import type { Json } from '@ambit/plugin-api';

/** What arrived cannot be: the other end is none of ours, or there is a bug. */
export function protocolBroken(why: string, cause?: unknown): AmbitError {
  return new AmbitError('AMBIT_PROTOCOL_BROKEN', `The connection between engine and worker is unusable: ${why}.`, {
    hint: 'Make sure that nothing but engine and worker of one version of Ambit speak on it; if so, report this as a bug.',
    cause,
  });
}

export function connectionBroken(why: string, cause?: unknown): AmbitError {
  return new AmbitError('AMBIT_CONNECTION_BROKEN', `The connection between engine and worker ended: ${why}.`, {
    hint: 'Connect again: the worker goes on, and keeps what was not acknowledged.',
    cause,
  });
}

export function protocolRefused(why: string, facts: { readonly [key: string]: Json }, hint: string): AmbitError {
  return new AmbitError('AMBIT_PROTOCOL_REFUSED', `Engine and worker do not go together: ${why}.`, { hint, facts });
}

export function messageOf(error: unknown): string {
  return error instanceof Error || AmbitError.is(error) ? error.message : String(error);
}
