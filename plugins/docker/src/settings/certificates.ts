import { join } from 'node:path';
import { textIn } from './user-place.ts';
import type { UserPlace } from './user-place.ts';

const blocks = /-----BEGIN ((?:TRUSTED |X509 )?CERTIFICATE)-----[\s\S]*?-----END \1-----/g;

/** The certificates in a file, and nothing else of it: it may hold a key too. Undefined where there are none. */
export async function certificatesIn(path: string, user: UserPlace, signal: AbortSignal): Promise<string | undefined> {
  const file = path.startsWith('~/') ? join(user.home, path.slice(2)) : path;
  return certificatesOf(await textIn(file, user, signal));
}

export function certificatesOf(text: string): string | undefined {
  const found = text.match(blocks);
  return found ? `${found.join('\n')}\n` : undefined;
}
