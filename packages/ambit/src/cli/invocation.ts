import type { Command } from 'commander';
import type { Said } from './global-flags.ts';
import type { Terminal } from './terminal.ts';

/** What a command is given: where to write, its words behind its own name, and what was said by flags. */
export interface Invocation {
  readonly terminal: Terminal;
  readonly words: readonly string[];
  readonly said: Said;
  /** The version of this Ambit. */
  readonly version: string;
  /** The description of all commands, for completion. */
  readonly program: Command;
}

/** Does what a command is for, and says with which code the process is to exit. */
export type Act = (invocation: Invocation) => Promise<number>;

/** Makes of it what commander calls. */
export type Action = (act: Act) => (...args: unknown[]) => Promise<void>;
