import { secretName } from '@ambit/core';
import type { EnvironmentDefinition } from '@ambit/core';
import type { SecretSource } from '@ambit/plugin-api';
import type { WorkerSecret } from '@ambit/worker/protocol';
import { secretValue } from './secret-value.ts';

export interface RunSecretsParts {
  /** In the order in which they are asked. */
  readonly sources: readonly SecretSource[];
  readonly definitions: ReadonlyMap<string, EnvironmentDefinition>;
  readonly signal: AbortSignal;
  /** Values that are known already. */
  readonly known: ReadonlyMap<string, string>;
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
    const asked = this.#values.get(key);
    if (asked) return asked;
    const known = this.#parts.known.get(key);
    const value = known !== undefined ? Promise.resolve(known) : secretValue(key, this.#parts.sources, this.#parts.signal);
    this.#values.set(key, value);
    return value;
  }
}
