import { AmbitError } from '@ambit/plugin-api';
import type { EncodedValue, WorkerSecret } from '../protocol/messages.ts';
import { GuardedSecrets } from '../secrets/guarded-secrets.ts';

/** What code of this process may know, and no value that leaves it may hold. */
export class RunnerSecrets {
  #guarded = new GuardedSecrets([]);

  take(secrets: readonly WorkerSecret[]): void {
    for (const { kind, name, value } of secrets) if (kind === 'env') process.env[name] = value;
    this.#guarded = new GuardedSecrets(secrets);
  }

  /** Throws where the value holds a secret; `what` is how the message calls it. */
  checked(value: EncodedValue, what: string): EncodedValue {
    const name = this.#guarded.in(value);
    if (name === undefined) return value;
    throw new AmbitError('AMBIT_SECRET_IN_VALUE', `${what} holds the secret ${name}.`, {
      hint: `Leave it out: an environment that needs ${name} declares it in its own secrets.`,
      facts: { secret: name },
    });
  }
}
