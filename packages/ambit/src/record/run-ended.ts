import type { RunStore } from '@ambit/plugin-api';

const lookAgainMs = 1000;

/** Waits for the end of a run. False: it has none, and nobody drives the run any more. */
export async function runEnded(runs: RunStore, run: string, signal: AbortSignal): Promise<boolean> {
  const following = new AbortController();
  const either = AbortSignal.any([signal, following.signal]);
  const timer = setInterval(() => {
    void isInterrupted(runs, run).then((is) => is && following.abort());
  }, lookAgainMs);
  try {
    if (await isInterrupted(runs, run)) return false;
    for await (const { type } of runs.follow(run, 1, either)) if (type === 'run.ended') return true;
    signal.throwIfAborted();
    return false;
  } finally {
    clearInterval(timer);
  }
}

async function isInterrupted(runs: RunStore, run: string): Promise<boolean> {
  for await (const summary of runs.list({ prefix: run }, new AbortController().signal))
    if (summary.run === run) return summary.status === 'interrupted';
  return false;
}
