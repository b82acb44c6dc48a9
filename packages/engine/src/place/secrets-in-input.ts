import { secretName } from '@ambit/core';
import { AmbitError } from '@ambit/plugin-api';
import type { SecretSource } from '@ambit/plugin-api';
import { GuardedSecrets } from '@ambit/worker/protocol';
import type { Planned } from '../engine.ts';
import { secretValue } from './secret-value.ts';

interface Input {
  readonly task: string;
  readonly args: string;
}

/**
 * Refuses a run whose caller hands a secret over as an argument: it would be recorded. Gives the values it asked for. One that
 * cannot be had is the run's own failure, later.
 */
export async function refuseSecretsInInput(
  { task, args }: Input,
  { plan, definitions }: Planned,
  sources: readonly SecretSource[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const declared = plan.environments.flatMap(({ name }) => definitions.get(name)?.secrets ?? []);
  const values = new Map<string, string>();
  await Promise.all(
    [...new Set(declared.map(secretName))].map(async (name) => {
      const value = await secretValue(name, sources, signal).catch(() => undefined);
      if (value !== undefined) values.set(name, value);
    }),
  );
  signal.throwIfAborted();
  const found = new GuardedSecrets(Array.from(values, ([name, value]) => ({ name, value }))).in(args);
  if (found === undefined) return values;
  throw new AmbitError('AMBIT_SECRET_IN_VALUE', `An argument of ${task} holds the secret ${found}.`, {
    hint: `Leave it out: an environment that needs ${found} declares it in its own secrets.`,
    facts: { secret: found, task },
  });
}
