import type { BuildRequest, Layer } from '@ambit/plugin-api';
import { Redaction, redactMessage } from '@ambit/worker/protocol';

type Requested = NonNullable<BuildRequest['secrets']>;

/** The secrets of one build: what the builder asks for goes out of all that it says. */
export class BuildSecrets {
  /** For the builder; empty where no layer names any. */
  readonly requested: Requested;
  readonly #values = new Set<string>();
  #redaction = new Redaction([]);

  constructor(layers: readonly Layer[], valueOf: (name: string) => Promise<string>) {
    const names = new Set(layers.flatMap((layer) => ('secrets' in layer ? layer.secrets : [])));
    this.requested = [...names].map((name) => ({ name, value: async () => this.#told(await valueOf(name)) }));
  }

  redacted<Message>(message: Message): Message {
    return redactMessage(message, this.#redaction);
  }

  #told(value: string): string {
    this.#redaction = new Redaction([...this.#values.add(value)]);
    return value;
  }
}
