import { GRAPH_MARK } from '../values/graph.ts';
import { encodeValue } from '../values/encode-value.ts';
import { REDACTED } from './redaction.ts';
import type { Redaction } from './redaction.ts';

/** Own fields of errors, and what was thrown that is no error. */
const encoded = new Set(['fields', 'value']);
/** Words and ids of ours: a secret may be one of them by chance. */
const ours = new Set(['status', 'failure', 'task', 'on']);

/** A message with the secrets taken out of all its texts. Encoded values stay readable. */
export function redactMessage<Message>(message: Message, redaction: Redaction): Message {
  return redaction.isEmpty ? message : (redacted(message, redaction) as Message);
}

function redacted(value: unknown, redaction: Redaction): unknown {
  if (typeof value === 'string') return redaction.text(value);
  if (Array.isArray(value)) return value.map((item) => redacted(item, redaction));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, redactedPart(key, part, redaction)]));
}

function redactedPart(key: string, part: unknown, redaction: Redaction): unknown {
  if (ours.has(key)) return part;
  if (typeof part !== 'string') return redacted(part, redaction);
  if (key === 'code' && part.startsWith('AMBIT_')) return part;
  return encoded.has(key) ? redactedValue(key, part, redaction) : redaction.text(part);
}

function redactedValue(key: string, text: string, redaction: Redaction): string {
  const clean = redaction.text(text);
  if (clean === text) return text;
  try {
    JSON.parse(clean.startsWith(GRAPH_MARK) ? clean.slice(GRAPH_MARK.length) : clean);
    return clean;
  } catch {
    return encodeValue(key === 'fields' ? {} : REDACTED);
  }
}
