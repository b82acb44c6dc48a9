import type { Machine } from '@ambit/plugin-api';

/** A file's text, or undefined where there is no such file. */
export async function readText(machine: Machine, path: string, signal: AbortSignal): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of machine.read(path, signal)) chunks.push(chunk);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
  return Buffer.concat(chunks).toString('utf8');
}

export async function isThere(machine: Machine, path: string, signal: AbortSignal): Promise<boolean> {
  return (await readText(machine, path, signal)) !== undefined;
}

export async function* fileText(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}
