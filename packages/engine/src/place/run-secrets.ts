import { secretName } from '@ambit/core';
import type { EnvironmentDefinition } from '@ambit/core';
import { AmbitError } from '@ambit/plugin-api';
import type { SecretSource } from '@ambit/plugin-api';
import type { WorkerSecret } from '@ambit/worker/protocol';

export interface RunSecretsParts {
  /** In the order in which they are asked. */
  readonly sources: readonly SecretSource[];
  readonly definitions: ReadonlyMap<string, EnvironmentDefinition>;
  readonly signal: AbortSignal;
}

/** The values of a run's secrets: each is asked for once, when the first worker that may know it is there. Never recorded. */
export class RunSecrets {
  readonly #parts: RunSecretsParts;
  readonly #values = new Map<string, Promise<string>>();

  constructor(parts: RunSecretsParts) {
    this.#parts = parts;
  }

  /** What tasks of this environment may know. */
  async of(environment: string): Promise<readonly WorkerSecret[]> {
    const declared = this.#parts.definitions.get(environment)?.secrets ?? [];
    return Promise.all(
      declared.map(async (secret): Promise<WorkerSecret> => {
        const value = await this.#value(secretName(secret));
        if (secret.kind === 'env') return { kind: 'env', name: secret.as, value };
        return { kind: 'file', name: secret.key, path: secret.path, value };
      }),
    );
  }

  #value(key: string): Promise<string> {
    const known = this.#values.get(key);
    if (known) return known;
    const value = ask(key, this.#parts.sources, this.#parts.signal);
    this.#values.set(key, value);
    return value;
  }
}

async function ask(key: string, sources: readonly SecretSource[], signal: AbortSignal): Promise<string> {
  for (const source of sources) {
    const value = await source.get(key, signal).catch((cause: unknown) => {
      signal.throwIfAborted();
      throw unavailable(key, `the source ${source.name} failed: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
    });
    if (value !== undefined) return value;
  }
  throw unavailable(key, `nobody has it. Asked: ${sources.map(({ name }) => name).join(', ')}`);
}

function unavailable(secret: string, why: string, cause?: unknown): AmbitError {
  return new AmbitError('AMBIT_SECRET_UNAVAILABLE', `The secret ${secret} could not be had: ${why}.`, {
    hint: 'See that the source still has it and lets you read it, and run again.',
    facts: { secret },
    ...(cause === undefined ? {} : { cause }),
  });
}
