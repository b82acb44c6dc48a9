import { writeSync } from 'node:fs';
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
  readonly colors: Colors;
  /** stderr is a terminal that can redraw. */
  readonly isLive: boolean;
  readonly columns: () => number;
  readonly flags: GlobalFlags;
  /** A line of the result. */
  out(line: string): void;
  /** A line beside it. */
  say(line: string): void;
}

export function openTerminal(flags: GlobalFlags, env: NodeJS.ProcessEnv = process.env): Terminal {
  const { stderr } = process;
  const isTerminal = stderr.isTTY === true && env['TERM'] !== 'dumb';
  const hasColor = flags.color && env['NO_COLOR'] === undefined && (isTerminal || env['FORCE_COLOR'] !== undefined);
  return {
    colors: createColors(hasColor),
    isLive: isTerminal && env['CI'] === undefined,
    columns: () => stderr.columns ?? 80,
    flags,
    out: (line) => write(1, `${line}\n`),
    say: (line) => write(2, `${line}\n`),
  };
}

/** Synchronous, so that nothing is lost when the process exits; a reader that has gone away (`| head`) is no error. */
function write(descriptor: 1 | 2, text: string): void {
  let data = Buffer.from(text);
  while (data.length > 0) {
    try {
      data = data.subarray(writeSync(descriptor, data));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') return;
      if (code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
