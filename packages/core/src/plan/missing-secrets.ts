import { secretVariable } from '@ambit/plugin-api';
import { secretName } from '../model/secret.ts';
import { buildSecrets } from './images/build-secrets.ts';
import { answerOf, isFailed } from './answers.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { Facts } from './plan.ts';
import type { Walk } from './walk/walk.ts';

/** Secrets that nobody has: said before anything is built. An image that is there already needs none. */
export function reportSecrets({ visits }: Walk, facts: Facts, found: Diagnostics): void {
  const code = 'AMBIT_PLAN_SECRET_MISSING';
  for (const { definition } of visits) {
    const { name: environment, at, image } = definition;
    for (const key of new Set((definition.secrets ?? []).map(secretName))) {
      const why = whyMissing(key, facts);
      if (why === undefined) continue;
      const hint = `${setIt(key)}, or remove it from secrets of ${environment}.`;
      found.add({ code, message: `The environment ${environment} needs the secret ${key}, and ${why}.`, hint, at, environment });
    }
    for (const key of buildSecrets(image)) {
      const why = whyMissing(key, facts);
      if (why === undefined) continue;
      const message = `The image of ${environment} needs the secret ${key} where it has to be built, and ${why}.`;
      found.add({ code, severity: 'warning', message, hint: `${setIt(key)}.`, at, environment });
    }
  }
}

function whyMissing(key: string, facts: Facts): string | undefined {
  const answer = answerOf(facts.secrets, key);
  if (isFailed(answer)) return `it could not be looked up: ${answer.failed}`;
  return answer.found ? undefined : nobodyHasIt(answer.asked);
}

function setIt(key: string): string {
  return `Set the variable ${secretVariable(key)} where you start the run, or add it to a source of secrets in the configuration`;
}

function nobodyHasIt(asked: readonly string[]): string {
  return asked.length === 0 ? 'there is no source of secrets' : `nobody has it. Asked: ${asked.join(', ')}`;
}
