import { AmbitError } from '@ambit/plugin-api';
import type { EncodedValue, WorkerSecret } from '../protocol/messages.ts';
import { Redaction } from '../secrets/redaction.ts';
import { wholeForms } from '../secrets/secret-forms.ts';

/** A shorter one is found in too much that is no secret. */
const shortest = 8;

/** What code of this process may know, and no value that leaves it may hold. */
export class RunnerSecrets {
  #guarded: readonly { readonly name: string; readonly forms: Redaction }[] = [];

  take(secrets: readonly WorkerSecret[]): void {
    for (const { kind, name, value } of secrets) if (kind === 'env') process.env[name] = value;
    this.#guarded = secrets
      .filter(({ value }) => value.trim().length >= shortest)
      .map(({ name, value }) => ({ name, forms: new Redaction([value], wholeForms) }));
  }

  /** Throws where the value holds a secret; `what` is how the message calls it. */
  checked(value: EncodedValue, what: string): EncodedValue {
    for (const { name, forms } of this.#guarded)
      if (forms.has(value))
        throw new AmbitError('AMBIT_SECRET_IN_VALUE', `${what} holds the secret ${name}.`, {
          hint: `Leave it out: an environment that needs ${name} declares it in its own secrets.`,
          facts: { secret: name },
        });
    return value;
  }
}
