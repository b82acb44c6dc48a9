import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { DockerTls } from '../options.ts';

/** Those of a folder, named as Docker's command names them. A client certificate and its key go together, and are not wanted by every engine. */
export async function pemFilesIn(folder: string): Promise<DockerTls> {
  const at = (name: string): string => join(folder, name);
  const [hasCa, hasCert, hasKey] = await Promise.all(['ca.pem', 'cert.pem', 'key.pem'].map((name) => isThere(at(name))));
  return { ...(hasCa && { ca: at('ca.pem') }), ...((hasCert || hasKey) && { cert: at('cert.pem'), key: at('key.pem') }) };
}

/** Also where it may not be read. */
export function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code === 'EACCES',
  );
}
