import type { Readable } from 'node:stream';

/** A line of what the engine tells while it builds, pulls or pushes. */
export interface EngineLine {
  readonly id?: string;
  readonly status?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  readonly aux?: unknown;
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string };
}

/** Lines as they come. The stream's own error ends them. */
export async function* engineLines(stream: Readable): AsyncGenerator<EngineLine> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as EngineLine;
  }
  if (rest.trim() !== '') yield JSON.parse(rest) as EngineLine;
}

/** What is wrong, in the engine's words. */
export function errorOf({ error, errorDetail }: EngineLine): string | undefined {
  return errorDetail?.message ?? error;
}
