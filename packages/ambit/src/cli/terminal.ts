import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { createColors } from 'picocolors';

/** How much is said beside the result. */
export type Verbosity = 'quiet' | 'normal' | 'verbose';

export interface GlobalFlags {
  readonly directory?: string;
  readonly config?: string;
  readonly profile?: string;
  readonly json?: boolean | 'events';
  readonly color: boolean;
  readonly verbosity: Verbosity;
}

export type Colors = ReturnType<typeof createColors>;

/** Where a command writes: the result to stdout, everything else to stderr. */
export interface Terminal {
  /** For what goes to stderr. */
  readonly colors: Colors;
  /** For what goes to stdout. */
  readonly outColors: Colors;
  /** stderr is a terminal that can redraw. */
  readonly isLive: boolean;
  readonly columns: () => number;
  readonly rows: () => number;
  readonly flags: GlobalFlags;
  /** Aborted when nobody reads the result any more (`| head`). */
  readonly gone: AbortSignal;
  /** A line, or several, of the result. */
  readonly out: (line: string) => void;
  /** Bytes of the result, as they are. */
  readonly bytes: (data: Uint8Array) => void;
  /** A line, or several, beside it. */
  readonly say: (line: string) => void;
  /** Text beside it, as it is. */
  readonly raw: (text: string) => void;
  /** From now on, lines beside the result go there: what redraws would write over them. Returns what undoes it. */
  readonly divert: (to: (line: string) => void) => () => void;
}

export function openTerminal(flags: GlobalFlags, env: NodeJS.ProcessEnv = process.env): Terminal {
  const gone = new AbortController();
  const result = (data: string | Uint8Array): void => {
    if (!gone.signal.aborted && !write(1, data)) gone.abort(new DOMException('Nobody reads the result any more.', 'AbortError'));
  };
  let say = (line: string): void => void write(2, `${line}\n`);
  return {
    colors: createColors(hasColors(flags, 2, env)),
    outColors: createColors(hasColors(flags, 1, env)),
    isLive: isatty(2) && env['TERM'] !== 'dumb' && env['CI'] === undefined,
    // 0 in terminals that nobody looks at.
    columns: () => process.stderr.columns || 80,
    rows: () => process.stderr.rows || 24,
    flags,
    gone: gone.signal,
    out: (line) => result(`${line}\n`),
    bytes: result,
    say: (line) => say(line),
    raw: (text) => void write(2, text),
    divert: (to) => {
      const before = say;
      say = to;
      return () => void (say = before);
    },
  };
}

function hasColors({ color }: GlobalFlags, descriptor: 1 | 2, env: NodeJS.ProcessEnv): boolean {
  if (!color || env['NO_COLOR']) return false;
  return env['FORCE_COLOR'] !== undefined ? env['FORCE_COLOR'] !== '0' : isatty(descriptor) && env['TERM'] !== 'dumb';
}

/** Synchronous, so that nothing is lost when the process exits. False where the reader has gone away: that is no error. */
function write(descriptor: 1 | 2, content: string | Uint8Array): boolean {
  let data = typeof content === 'string' ? Buffer.from(content) : content;
  while (data.length > 0) {
    try {
      data = data.subarray(writeSync(descriptor, data));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (descriptor === 2 && code !== 'EAGAIN') return false;
      if (code === 'EPIPE' || code === 'EBADF' || code === 'EIO') return false;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
  return true;
}
