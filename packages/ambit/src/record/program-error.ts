import type { ErrorDocument } from '@ambit/engine';

/** An error for programs (`cli.md`): what is known of a failed build stands in the error itself. */
export function programError({ facts = {}, cause, ...error }: ErrorDocument): { readonly [key: string]: unknown } {
  const isBuild = error.code.startsWith('AMBIT_BUILD_');
  return {
    ...error,
    ...(isBuild ? { ...facts, ...error } : Object.keys(facts).length > 0 && { facts }),
    ...(cause && { cause: programError(cause) }),
  };
}
