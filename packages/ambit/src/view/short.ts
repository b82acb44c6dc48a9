/** The beginning of a digest: enough for people to tell images apart. */
export function short(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 8);
}
