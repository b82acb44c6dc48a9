import type { Json } from '@ambit/plugin-api';
import { answerOf, isFailed, ownEntry } from '../answers.ts';
import type { Facts, PlanSettings } from '../plan.ts';
import type { Refusal } from './fit.ts';

/** What an environment gives its executor, and who says so. */
export interface GivenOptions {
  /** In one order. */
  readonly options: Readonly<Record<string, Json>>;
  readonly by: string;
}

/** What is said of it by name wins over what is said in general. `undefined` where nothing is said. */
export function environmentOptions({ defaults, environments }: PlanSettings, name: string): GivenOptions | undefined {
  const named = ownEntry(environments, name);
  const options = Object.entries({ ...defaults?.options, ...named?.options });
  if (options.length === 0) return undefined;
  const { by } = Object.keys(named?.options ?? {}).length > 0 ? named! : defaults!;
  return { options: Object.fromEntries(options.sort(([a], [b]) => (a < b ? -1 : 1))), by };
}

/** The key of an answer in `Facts.options`. */
export function optionsKey(executor: string, environment: string): string {
  return `${executor} ${environment}`;
}

/** Why an executor does not take what an environment gives it. */
export function optionsRefusal(
  { by }: GivenOptions,
  { executor, environment }: { readonly executor: string; readonly environment: string },
  facts: Facts['options'],
): Refusal | undefined {
  const answer = answerOf(facts, optionsKey(executor, environment));
  const faults = isFailed(answer) ? [answer.failed] : answer.faults;
  if (faults.length === 0) return undefined;
  return {
    code: 'AMBIT_PLAN_OPTIONS',
    message: `The ${by} gives ${environment} options that executor ${executor} refuses: ${faults.join('; ')}.`,
    hint: `Correct them or leave them out, or place ${environment} on an executor that takes them.`,
  };
}
