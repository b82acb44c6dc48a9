import { didYouMean } from '@ambit/plugin-api';
import { answerOf, isFailed } from '../answers.ts';
import type { Diagnostics } from '../diagnostics.ts';
import type { Answer } from '../plan.ts';
import type { EnvironmentDefinition } from '../../model/definition.ts';
import type { Choice } from './choices.ts';

export type Role = 'builder' | 'executor';

/** One that may be taken. */
export interface Candidate<T> {
  readonly name: string;
  /** Absent where it could not be asked: then it is taken only if no other fits, since it may well do. */
  readonly description: T | undefined;
  readonly failed?: string;
}

export function candidates<T extends object>(
  names: readonly string[],
  answers: Readonly<Record<string, Answer<T>>>,
): readonly Candidate<T>[] {
  return names.map((name) => {
    const answer = answerOf(answers, name);
    return isFailed(answer) ? { name, description: undefined, failed: answer.failed } : { name, description: answer };
  });
}

/** In the order in which they are tried. */
export function answeredFirst<T>(all: readonly Candidate<T>[]): readonly Candidate<T>[] {
  const answered = all.filter(({ description }) => description !== undefined);
  return answered.length === all.length ? all : [...answered, ...all.filter(({ description }) => description === undefined)];
}

/** A choice without the names that nobody knows. */
export function knownNames(
  role: Role,
  { names, by, inCode }: Choice,
  known: readonly string[],
  { environment, found }: { readonly environment: EnvironmentDefinition; readonly found: Diagnostics },
): readonly string[] {
  return names.filter((name) => {
    if (known.includes(name)) return true;
    const code = role === 'builder' ? 'AMBIT_PLAN_UNKNOWN_BUILDER' : 'AMBIT_PLAN_UNKNOWN_EXECUTOR';
    const hint = `Use one of: ${known.join(', ')}; or add ${name} to the configuration.`;
    const who = inCode ? environment.name : by;
    const message = `${who} asks for the ${role} ${name}, which nobody knows.${didYouMean(name, known)}`;
    found.addOnce(`${who} ${name}`, { code, message, hint, ...(inCode && { at: environment.at, environment: environment.name }) });
    return false;
  });
}

/** A choice that hangs on somebody who could not be asked is worth a warning: asked again, it may turn out otherwise. */
export function reportUnanswered<T>(role: Role, all: readonly Candidate<T>[], taken: Candidate<T> | undefined, found: Diagnostics): void {
  if (!taken) return;
  for (const { name, failed } of all.slice(0, all.indexOf(taken) + 1)) {
    if (failed === undefined) continue;
    const isTaken = name === taken.name;
    found.addOnce(`${role} ${name}`, {
      code: 'AMBIT_PLAN_NO_ANSWER',
      severity: 'warning',
      message: `The ${role} ${name} could not be asked what it can${isTaken ? '' : `, and is passed over for ${taken.name}`}: ${failed}`,
      hint: `Make ${name} answer, or choose another with --${role}.`,
    });
  }
}
