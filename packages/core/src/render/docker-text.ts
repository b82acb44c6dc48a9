/** In bytes: the longest line that every parser of Dockerfiles takes, with room for what a builder adds. */
export const LONGEST_LINE = 60_000;

/** A value within double quotes: as it is, whatever it holds but line breaks, which no value in a Dockerfile can have. */
export function quoted(value: string): string {
  return `"${value.replace(/[\\"$]/g, '\\$&')}"`;
}

export function hasLineBreak(value: string): boolean {
  return /[\n\r]/.test(value);
}

/**
 * Arguments in JSON. `<` is written as a code: newer parsers look for here-documents before they look for JSON.
 */
export function jsonForm(args: readonly string[]): string {
  return JSON.stringify(args)
    .replace(/</g, '\\u003c')
    .replace(/[\u007f-\u009f\u2028\u2029]/g, codeOf);
}

/** A path for COPY, which still replaces variables and takes quotes off once its JSON is read. */
export function copyPath(path: string): string {
  return path.replace(/[\\"'$]/g, '\\$&');
}

function codeOf(sign: string): string {
  return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
