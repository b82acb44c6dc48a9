export interface OpenAddress {
  readonly address: string;
  readonly hadCredentials: boolean;
}

/** An address of an index, without what only its user may know. Undefined for what is none: nobody can tell what of it is secret. */
export function openAddress(text: string): OpenAddress | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  const hadCredentials = [url.username, url.password, url.search, url.hash].some((part) => part !== '');
  [url.username, url.password, url.search, url.hash] = ['', '', '', ''];
  return { address: url.href, hadCredentials };
}
