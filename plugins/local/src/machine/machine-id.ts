import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeOnce } from './write-file.ts';

/**
 * The machine's own id, else one that is made once and kept. The machine's id is not told to others as it is: its manual
 * asks programs to derive one of their own.
 */
export function machineId(stateDirectory: string): string {
  const own = readText('/etc/machine-id') ?? readText('/var/lib/dbus/machine-id');
  if (own && /^[0-9a-f]{32}$/.test(own)) return createHash('sha256').update(`ambit machine ${own}`).digest('hex').slice(0, 32);
  return keptId(stateDirectory);
}

function keptId(stateDirectory: string): string {
  const file = join(stateDirectory, 'machine-id');
  const kept = readText(file);
  if (kept) return kept;
  mkdirSync(stateDirectory, { recursive: true, mode: 0o700 });
  const made = randomUUID().replaceAll('-', '');
  return writeOnce(file, made) ? made : (readText(file) ?? made);
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
