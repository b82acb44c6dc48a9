/** Text without what stands before the `@` of an address: installers repeat the indexes and proxies that they are given. */
export function withoutPasswords(text: string): string {
  return text.replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1***@');
}
