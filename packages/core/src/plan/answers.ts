import type { Answer } from './plan.ts';

export type Failed = Extract<Answer<never>, { failed: string }>;

/** An own property: environments may be called `constructor`. */
export function ownEntry<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}

/** What was looked up; what nobody looked up is a failure too. */
export function answerOf<T extends object>(answers: Readonly<Record<string, Answer<T>>>, key: string): Answer<T> {
  return ownEntry(answers, key) ?? { failed: 'nobody looked it up' };
}

export function isFailed<T extends object>(answer: Answer<T>): answer is Failed {
  return 'failed' in answer;
}
