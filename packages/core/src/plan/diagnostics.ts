import type { Place } from '../model/definition.ts';
import type { Diagnostic } from './plan.ts';

/** A diagnostic as it is found: its place may be unknown. */
export interface Finding {
  readonly code: Diagnostic['code'];
  readonly severity?: Diagnostic['severity'];
  readonly message: string;
  readonly hint: string;
  readonly at?: Place | undefined;
  readonly environment?: string | undefined;
}

/** What is wrong with a plan, in the order in which it was found. */
export class Diagnostics {
  readonly #found: Diagnostic[] = [];
  readonly #said = new Set<string>();

  add({ code, severity = 'error', message, hint, at, environment }: Finding): void {
    this.#found.push({
      code,
      severity,
      message,
      hint,
      ...(at !== undefined && { at }),
      ...(environment !== undefined && { environment }),
    });
  }

  /** Says it only once for all that share a subject. */
  addOnce(subject: string, finding: Finding): void {
    const key = `${finding.code} ${subject}`;
    if (this.#said.has(key)) return;
    this.#said.add(key);
    this.add(finding);
  }

  all(): readonly Diagnostic[] {
    return this.#found;
  }
}
