import type { Machine } from './machine.ts';

/** A file's text, or undefined where there is no such file. */
export async function readText(machine: Machine, path: string, signal: AbortSignal): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of machine.read(path, signal)) text += decoder.decode(chunk, { stream: true });
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
  return text + decoder.decode();
}

/** Writes a file whole, parent folders made. */
export async function writeText(
  machine: Machine,
  path: string,
  text: string,
  options: { readonly mode?: number; readonly signal: AbortSignal },
): Promise<void> {
  await machine.write(path, encoded(text), options);
}

async function* encoded(text: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(text);
}
