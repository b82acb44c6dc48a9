import { EXIT } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** What Ctrl-C does: the first asks for an orderly end, the second leaves at once. */
export interface Interruptions {
  /** Aborted by the first interruption while nothing runs yet. */
  readonly signal: AbortSignal;
  /** From now on, the first interruption does this. */
  onInterrupt(act: () => void): void;
  dispose(): void;
}

export function interruptions(terminal: Terminal): Interruptions {
  const controller = new AbortController();
  let act: (() => void) | undefined;
  let count = 0;
  const interrupt = (): void => {
    count += 1;
    if (count > 1) {
      terminal.say('Left without waiting for the stop: workers may still be alive. They end by themselves when they have finished.');
      process.exit(EXIT.unconfirmed);
    }
    if (!act) {
      controller.abort();
      process.exit(EXIT.cancelled);
    }
    terminal.say('Stopping. Press Ctrl-C again to leave without waiting.');
    act();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  return {
    signal: controller.signal,
    onInterrupt: (next) => (act = next),
    dispose: () => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, interrupt);
    },
  };
}
