import { Redaction } from './redaction.ts';
import { wholeForms } from './secret-forms.ts';

/** A shorter one is found in too much that is no secret. */
const shortest = 8;

/** Secrets that no value may hold which crosses a boundary. */
export class GuardedSecrets {
  readonly #guarded: readonly { readonly name: string; readonly forms: Redaction }[];

  constructor(secrets: readonly { readonly name: string; readonly value: string }[]) {
    this.#guarded = secrets
      .filter(({ value }) => value.trim().length >= shortest)
      .map(({ name, value }) => ({ name, forms: new Redaction([value], wholeForms) }));
  }

  /** The name of one that a value holds. */
  in(value: string): string | undefined {
    return this.#guarded.find(({ forms }) => forms.has(value))?.name;
  }
}
