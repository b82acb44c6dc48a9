import type { Plan } from '@ambit/core';
import type { RunNotice, TypedRunEvent } from '@ambit/engine';
import type { Terminal } from '../cli/terminal.ts';

export type TakeEvent = (event: (TypedRunEvent | RunNotice) & { readonly at: string }) => void;

/** Shows a run, or a build, while it goes on. */
export interface RunView {
  readonly take: TakeEvent;
  /** Leaves the terminal as it should be; nothing is shown after it. Idempotent. */
  end(): void;
  /** The number of the last event that was printed, for programs. */
  printed?(): number;
}

/** Events for programs, a redrawn tree for people at a terminal, else a line per change. */
export async function runView(plan: Plan, terminal: Terminal): Promise<RunView> {
  const { json, verbosity } = terminal.flags;
  if (json === 'events') return (await import('./event-lines.ts')).eventLines(terminal);
  if (verbosity === 'quiet') return { take: () => undefined, end: () => undefined };
  // What redraws is large, and most runs of programs need none of it.
  return terminal.isLive
    ? (await import('./live-view.ts')).liveView(plan, terminal)
    : (await import('./line-view.ts')).lineView(plan, terminal);
}
