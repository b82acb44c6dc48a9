/** A line of what the engine tells while it builds, pulls or pushes. */
export interface EngineLine {
  readonly id?: string;
  readonly status?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  readonly aux?: unknown;
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
}

/** What is wrong, in the engine's words. */
export function errorOf({ error, errorDetail }: EngineLine): string | undefined {
  return errorDetail?.message ?? error;
}
