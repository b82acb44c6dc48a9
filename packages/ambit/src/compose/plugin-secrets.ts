import { secretValue } from '@ambit/engine';
import type { Logger, SecretSource } from '@ambit/plugin-api';
import { Redaction, redactMessage } from '@ambit/worker/protocol';
import type { MakeHost } from './plugin-host.ts';

/** A host that reads the secrets of a plugin's own configuration from the sources; what the plugin logs then has none of them. */
export function withSecrets(host: MakeHost, sources: readonly SecretSource[]): MakeHost {
  return (instance, stateDirectory) => {
    const lent = host(instance, stateDirectory);
    const values = new Set<string>();
    let redaction = new Redaction([]);
    return {
      ...lent,
      log: redacted(lent.log, () => redaction),
      secret: async (name) => {
        const value = await secretValue(name, sources, new AbortController().signal);
        redaction = new Redaction([...values.add(value)]);
        return value;
      },
    };
  };
}

function redacted(log: Logger, redaction: () => Redaction): Logger {
  const clean =
    (level: keyof Logger): Logger[keyof Logger] =>
    (message, facts) =>
      log[level](redaction().text(message), facts && redactMessage(facts, redaction()));
  return { debug: clean('debug'), info: clean('info'), warn: clean('warn'), error: clean('error') };
}
