import { secretVariable } from '@ambit/plugin-api';
import { secretName } from '../model/secret.ts';
import { answerOf, isFailed } from './answers.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { Facts } from './plan.ts';
import type { Walk } from './walk/walk.ts';

/** Secrets that nobody has: said before anything is built. */
export function reportSecrets({ visits }: Walk, facts: Facts, found: Diagnostics): void {
  for (const { definition } of visits) {
    const { name: environment, at } = definition;
    for (const key of new Set((definition.secrets ?? []).map(secretName))) {
      const answer = answerOf(facts.secrets, key);
      if (!isFailed(answer) && answer.found) continue;
      const why = isFailed(answer) ? `it could not be looked up: ${answer.failed}` : nobodyHasIt(answer.asked);
      found.add({
        code: 'AMBIT_PLAN_SECRET_MISSING',
        message: `The environment ${environment} needs the secret ${key}, and ${why}.`,
        hint: `Set the variable ${secretVariable(key)} where you start the run, add it to a source of secrets in the configuration, or remove it from secrets of ${environment}.`,
        at,
        environment,
      });
    }
  }
}

function nobodyHasIt(asked: readonly string[]): string {
  return asked.length === 0 ? 'there is no source of secrets' : `nobody has it. Asked: ${asked.join(', ')}`;
}
