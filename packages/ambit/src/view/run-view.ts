import type { Plan } from '@ambit/core';
import type { RunRequest } from '@ambit/engine';
import type { Terminal } from '../cli/terminal.ts';
import { eventLines } from './event-lines.ts';
import { lineView } from './line-view.ts';
import { liveView } from './live-view.ts';

export type TakeEvent = NonNullable<RunRequest['onEvent']>;

/** Shows a run while it goes on. */
export interface RunView {
  readonly take: TakeEvent;
  /** Leaves the terminal as it should be; nothing is shown after it. */
  end(): void;
}

/** Events for programs, a redrawn tree for people at a terminal, else a line per change. */
export function runView(plan: Plan, terminal: Terminal): RunView {
  const { json, verbosity } = terminal.flags;
  if (json === 'events') return eventLines(terminal);
  if (verbosity === 'quiet') return { take: () => undefined, end: () => undefined };
  return terminal.isLive ? liveView(plan, terminal) : lineView(plan, terminal);
}
