import type { RunOutcome } from '../engine.ts';
import type { ErrorDocument } from '../record/events.ts';
import type { ActionResult } from './action.ts';

/** Why a run ends. */
export type Verdict =
  | { readonly by: 'root'; readonly result: ActionResult }
  | { readonly by: 'failure'; readonly document: ErrorDocument }
  | { readonly by: 'cancel'; readonly reason: string };

export function outcomeOf(verdict: Verdict): RunOutcome {
  if (verdict.by === 'cancel') return { status: 'cancelled', reason: verdict.reason };
  if (verdict.by === 'failure') return { status: 'failed', error: verdict.document };
  const { result } = verdict;
  if (result.status === 'succeeded') return { status: 'succeeded', value: result.value };
  return result.status === 'failed' ? { status: 'failed', error: result.document } : { status: 'cancelled', reason: result.reason };
}

/** What is said to what still runs. */
export function reasonOf(verdict: Verdict): string {
  if (verdict.by === 'cancel') return verdict.reason;
  return verdict.by === 'failure' ? verdict.document.message : 'the run has ended';
}
