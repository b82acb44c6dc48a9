/** One thing that was looked at. `absent`: it is not there, and nobody needs it unless something asks for it. */
export interface Check {
  readonly name: string;
  readonly status: 'ok' | 'absent' | 'warning' | 'error';
  readonly message: string;
  /** How to mend it, or what it would be good for. */
  readonly hint?: string;
}
