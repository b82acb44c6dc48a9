import { AmbitError } from '@ambit/plugin-api';
import type { SecretSource } from '@ambit/plugin-api';

/** The value of a secret, from the first source that has it. Rejects with `AMBIT_SECRET_UNAVAILABLE` where none has, or one fails. */
export async function secretValue(name: string, sources: readonly SecretSource[], signal: AbortSignal): Promise<string> {
  for (const source of sources) {
    const value = await source.get(name, signal).catch((cause: unknown) => {
      signal.throwIfAborted();
      throw unavailable(name, `the source ${source.name} failed: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
    });
    if (value !== undefined) return value;
  }
  throw unavailable(name, `nobody has it. Asked: ${sources.map((source) => source.name).join(', ')}`);
}

function unavailable(secret: string, why: string, cause?: unknown): AmbitError {
  return new AmbitError('AMBIT_SECRET_UNAVAILABLE', `The secret ${secret} could not be had: ${why}.`, {
    hint: 'See that the source still has it and lets you read it, and run again.',
    facts: { secret },
    ...(cause === undefined ? {} : { cause }),
  });
}
