import type { EngineParts, LeftRunCancel } from '../engine.ts';
import { evidenceOf, WorkerStops } from '../place/worker-stops.ts';
import type { StopEvidence, TypedRunEvent } from '../record/events.ts';
import { readLeftRun } from '../record/left-run.ts';
import type { LeftRun } from '../record/left-run.ts';
import { Recorder } from '../record/recorder.ts';
import { keepLease, takeLease } from '../record/run-lease.ts';

interface Parts extends Pick<EngineParts, 'executors' | 'runs' | 'clock' | 'log'> {
  readonly holder: string;
}

/** Cancels a run whose engine is gone: its workers are found by their reservations. */
export async function cancelLeftRun(parts: Parts, run: string, reason: string, signal: AbortSignal): Promise<LeftRunCancel> {
  const { runs, holder, clock, log } = parts;
  const held = await takeLease(runs, run, holder, signal);
  if (!held) return { outcome: 'held' };
  const owning = new AbortController();
  const lost = keepLease({ ...held, runs, clock, log }, owning.signal);
  try {
    return await Promise.race([cancelOwned(parts, held, reason, signal), lost.then(() => ({ outcome: 'held' as const }))]);
  } finally {
    owning.abort();
    lost.catch(() => undefined);
    await runs.release(run, held.epoch).catch(() => undefined);
  }
}

async function cancelOwned(
  parts: Parts,
  held: { name: string; epoch: number },
  reason: string,
  signal: AbortSignal,
): Promise<LeftRunCancel> {
  const { runs, executors, clock, log } = parts;
  const left = await readLeftRun(runs, held.name, signal);
  if (left.isOver) return { outcome: 'over' };
  const recorder = new Recorder({ runs, run: held.name, epoch: held.epoch, clock, log, onFailed: () => undefined });
  const stops = new WorkerStops({ executors, recorder, onStopped: () => undefined });
  const answers = await Promise.all(left.workers.map((each) => stopLeft(stops, executors, each)));
  const evidence = [...left.evidence, ...answers.map((answer) => answer.evidence)];
  const confirmed = evidence.every(({ mechanism }) => mechanism !== undefined);
  await stops.released();
  // What may still live keeps the run as it is, so that it can be asked for again.
  if (answers.some(({ isGone }) => !isGone)) return { outcome: 'unreachable', confirmed: false, evidence };
  const durationMs = clock.now().getTime() - Date.parse(left.startedAt);
  await recorder.store(...endsOf(left, reason), {
    type: 'run.ended',
    data: { status: 'cancelled', reason, cancel: { confirmed, evidence }, durationMs },
  });
  return { outcome: 'cancelled', confirmed, evidence };
}

async function stopLeft(
  stops: WorkerStops,
  executors: Parts['executors'],
  { worker, before }: LeftRun['workers'][number],
): Promise<{ readonly evidence: StopEvidence; readonly isGone: boolean }> {
  const { id, executor, reservation } = worker;
  if (!executors.has(executor)) {
    const detail = `the configuration has no executor ${executor} any more, which has it on ${reservation.place}`;
    return { evidence: { worker: id, detail }, isGone: false };
  }
  const stopped = await stops.stop(worker, reservation.request.graceMs);
  // What was doubtful once is not proved by a place that has forgotten it since.
  return { evidence: before && stopped.stopped !== 'no' ? before : evidenceOf(id, stopped), isGone: stopped.stopped !== 'no' };
}

/** Attempts before their actions, children before their parents. */
function endsOf({ attempts, actions }: LeftRun, reason: string): readonly TypedRunEvent[] {
  return [
    ...attempts.map((data): TypedRunEvent => ({ type: 'attempt.ended', data: { ...data, outcome: 'cancelled' } })),
    ...actions.toReversed().map((action): TypedRunEvent => ({ type: 'action.ended', data: { action, status: 'cancelled', reason } })),
  ];
}
