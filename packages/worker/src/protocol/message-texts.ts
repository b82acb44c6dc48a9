import type { EngineMessage, WorkerMessage } from './messages.ts';
import { protocolBroken } from './protocol-errors.ts';

type Message = EngineMessage | WorkerMessage;

const long = 16 * 1024;
const places = new Set(['args', 'value']);

/**
 * A message as texts: JSON, and behind it the long values that it carries, as they are. JSON within JSON would be read and
 * written twice, and might grow over what a string can hold.
 */
export function textsOf(message: Message): readonly [head: string, ...values: string[]] {
  if (!carriesLong(message)) return [JSON.stringify(message)];
  const values: string[] = [];
  const head = JSON.stringify(message, (key, value: unknown) => {
    if (typeof value !== 'string' || value.length <= long || !places.has(key)) return value;
    values.push(value);
    return null;
  });
  return [head, ...values];
}

export function messageOfTexts(head: string, values: readonly string[]): unknown {
  if (values.length === 0) return JSON.parse(head);
  let taken = 0;
  const message: unknown = JSON.parse(head, (key, value: unknown) => {
    if (value !== null || !places.has(key)) return value;
    taken += 1;
    return values[taken - 1];
  });
  if (taken !== values.length) throw protocolBroken(`a message has ${values.length} values and places for ${taken}`);
  return message;
}

/** Messages that carry no value are left alone: the JSON in `progress` is the user's. */
function carriesLong(message: Message): boolean {
  switch (message.type) {
    case 'attempt':
    case 'call':
      return message.args.length > long;
    case 'call.outcome':
      return message.outcome.status === 'succeeded' && message.outcome.value.length > long;
    case 'attempt.ended':
      return message.report.outcome.status === 'succeeded' && message.report.outcome.value.length > long;
    case 'state':
      return message.unacknowledged.length > 0;
    default:
      return false;
  }
}
