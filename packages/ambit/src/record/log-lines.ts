import type { LogChunk, RunStore } from '@ambit/plugin-api';

/** A line of output, without its end. */
export interface LogLine {
  readonly at: Date;
  readonly action: string;
  readonly attempt: number;
  readonly stream: 'stdout' | 'stderr';
  readonly data: Uint8Array;
}

export interface LogOptions {
  readonly action?: string;
  readonly follow?: boolean;
}

/** A line whose end has not come yet. */
type OpenLine = Omit<LogLine, 'data'> & { readonly parts: Uint8Array[] };

const NEWLINE = 10;

/**
 * A run's output, line by line, in the order in which it was written; some lines at a time, as they are stored. A last line
 * without its end is a line too.
 */
export async function* logLines(runs: RunStore, run: string, options: LogOptions, signal: AbortSignal): AsyncGenerator<readonly LogLine[]> {
  const open = new Map<string, OpenLine>();
  for await (const chunk of runs.readLog(run, { follow: options.follow ?? false }, signal)) {
    const [action = '', attempt = '1'] = chunk.attempt.split('/');
    if (options.action !== undefined && action !== options.action) continue;
    const lines = linesOf(chunk, { at: new Date(chunk.at), action, attempt: Number(attempt), stream: chunk.stream }, open);
    if (lines.length > 0) yield lines;
  }
  const last = [...open.values()].map(closed);
  if (last.length > 0) yield last;
}

function linesOf({ attempt, stream, data }: LogChunk, about: Omit<LogLine, 'data'>, open: Map<string, OpenLine>): LogLine[] {
  const key = `${attempt} ${stream}`;
  const lines: LogLine[] = [];
  let start = 0;
  for (let end = data.indexOf(NEWLINE); end >= 0; end = data.indexOf(NEWLINE, start)) {
    const piece = data.subarray(start, end);
    const begun = open.get(key);
    open.delete(key);
    begun?.parts.push(piece);
    lines.push(begun ? closed(begun) : { ...about, data: piece });
    start = end + 1;
  }
  const rest = data.subarray(start);
  const begun = open.get(key);
  if (begun) begun.parts.push(rest);
  else if (rest.length > 0) open.set(key, { ...about, parts: [rest] });
  return lines;
}

function closed({ parts, ...about }: OpenLine): LogLine {
  return { ...about, data: parts.length === 1 ? parts[0]! : Buffer.concat(parts) };
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Bytes that are no UTF-8 are shown as `�`. */
export function lineText({ data }: LogLine): string {
  return decoder.decode(data);
}
