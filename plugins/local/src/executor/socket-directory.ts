import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AmbitError } from '@ambit/plugin-api';

/** Node cuts paths of sockets over 107 bytes in silence. */
const longest = 100;

/** The folder of this user's sockets: made where it is missing, of mode 0700, and nobody else's. */
export function socketDirectory(env: NodeJS.ProcessEnv): string {
  const runtime = env['XDG_RUNTIME_DIR'];
  const directory = runtime && isOwnFolder(runtime) ? join(runtime, 'ambit') : `/tmp/ambit-${userId()}`;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const found = lstatSync(directory);
    if (!found.isDirectory()) throw unusable(directory, 'it is not a folder');
    if (found.uid !== userId()) throw unusable(directory, 'it belongs to another user');
    if ((found.mode & 0o777) !== 0o700) chmodSync(directory, 0o700);
  } catch (error) {
    throw AmbitError.is(error) ? error : unusable(directory, (error as Error).message);
  }
  socketPath(directory, '');
  return directory;
}

/** The name is short whatever the id is. */
export function socketPath(directory: string, id: string): string {
  const path = join(directory, `${createHash('sha256').update(id).digest('hex').slice(0, 20)}.sock`);
  const bytes = Buffer.byteLength(path);
  if (bytes < longest) return path;
  throw unusable(directory, `a socket in it has a path of ${bytes} bytes, and ${longest - 1} are the most that work everywhere`);
}

/** `su` and `sudo` may leave the variable as it was for another user. */
function isOwnFolder(path: string): boolean {
  try {
    const found = statSync(path);
    return found.isDirectory() && found.uid === userId();
  } catch {
    return false;
  }
}

function userId(): number {
  return process.getuid?.() ?? 0;
}

function unusable(directory: string, why: string): AmbitError {
  return new AmbitError('AMBIT_LOCAL_SOCKETS', `The folder ${directory} cannot hold the sockets of workers: ${why}.`, {
    hint: 'Set XDG_RUNTIME_DIR to a folder of your own with a short path, or mend this one.',
    facts: { directory },
  });
}
