import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from '../machine/write-file.ts';

/** Elsewhere than on Linux, start times are dates and need no boot to be unique. */
export function bootId(platform: string = process.platform): string {
  return platform === 'linux' ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() : platform;
}

export interface Probe<T> {
  /** A file that holds the answer for as long as the machine is not started anew. */
  readonly file: string;
  /** What else the answer depends on. */
  readonly key: string;
  readonly ask: () => Promise<T>;
}

/** The answer of a probe that starts processes: asked once per boot, so that it costs later runs one small file. */
export async function oncePerBoot<T>(stateDirectory: string, { file, key, ask }: Probe<T>): Promise<T> {
  const path = join(stateDirectory, file);
  const boot = bootId();
  const kept = readKept(path);
  if (kept?.boot === boot && kept.key === key) return kept.value as T;
  const value = await ask();
  mkdirSync(stateDirectory, { recursive: true, mode: 0o700 });
  writeWhole(path, JSON.stringify({ boot, key, value }));
  return value;
}

function readKept(path: string): { boot: string; key: string; value: unknown } | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as { boot: string; key: string; value: unknown };
  } catch {
    // Absent or damaged: asked again, and written anew.
    return undefined;
  }
}
