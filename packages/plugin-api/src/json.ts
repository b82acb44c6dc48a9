/**
 * Data that can be stored and sent as it is. State that a plugin stores must be a `type`, not an `interface`:
 * interfaces are not assignable to an index signature.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A content digest: `sha256:` and 64 lower-case hexadecimal digits. */
export type Digest = `sha256:${string}`;
