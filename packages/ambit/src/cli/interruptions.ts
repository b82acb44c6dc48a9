import { EXIT } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** What an interruption can do to a run. */
export interface Interruptible {
  /** Asks for an orderly end. */
  cancel(reason: string): void;
  /** Lets go of the terminal, and says what may still live when nobody waits for that end, and of which run. */
  leave(): { readonly alive: readonly string[]; readonly run: string | undefined };
}

/** What Ctrl-C does: the first asks for an orderly end, the second leaves at once. */
export interface Interruptions {
  /** From now on, this is what is interrupted. Before, nothing runs yet, and the process ends at once. */
  watch(run: Interruptible): void;
  dispose(): void;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function interruptions({ say }: Terminal): Interruptions {
  let run: Interruptible | undefined;
  let count = 0;
  const interrupt = (signal: NodeJS.Signals): void => {
    count += 1;
    if (!run) process.exit(EXIT.cancelled);
    if (count > 1) {
      leave(run.leave(), say);
      process.exit(EXIT.unconfirmed);
    }
    say(signal === 'SIGINT' ? 'Stopping. Press Ctrl-C again to leave without waiting.' : `Stopping, because of ${signal}.`);
    run.cancel(`it was interrupted (${signal})`);
  };
  for (const signal of signals) process.on(signal, interrupt);
  return {
    watch: (next) => (run = next),
    dispose: () => {
      for (const signal of signals) process.off(signal, interrupt);
    },
  };
}

function leave({ alive, run }: ReturnType<Interruptible['leave']>, say: (line: string) => void): void {
  if (alive.length === 0) return say('Left without waiting. Nothing was running that could outlive this.');
  say('Left without waiting for the stop. These may still be alive, and end by themselves when they have finished:');
  for (const each of alive) say(`    ${each}`);
  if (run !== undefined) say(`To stop them: ambit runs cancel ${run}`);
}
