import { AmbitError } from '@ambit/plugin-api';
import { expect } from 'vitest';

interface Wanted {
  readonly code: string;
  readonly facts?: object;
  /** Words that the message must have, in order. */
  readonly says?: readonly string[];
  /** Words that the hint must have. */
  readonly hint?: string;
}

/** That `define` is refused: with this code and these facts, in a message of one line, with a hint. */
export function expectRefusal(define: () => unknown, { code, facts = {}, says = [], hint = '' }: Wanted): void {
  let error: unknown;
  try {
    define();
  } catch (thrown) {
    error = thrown;
  }
  expect(AmbitError.is(error), `refused: ${define.toString()}`).toBe(true);
  const refused = error as AmbitError;
  expect(refused).toMatchObject({ code, facts });
  expect(refused.hint).toContain(hint);
  expect(refused.hint).toMatch(/^[A-Z].*\.$/);
  expect(refused.message).not.toContain('\n');
  let from = 0;
  for (const words of says) {
    expect(refused.message.slice(from)).toContain(words);
    from = refused.message.indexOf(words, from) + words.length;
  }
}
