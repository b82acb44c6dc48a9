import type { AmbitError } from '@ambit/plugin-api';
import { describe, expect, it } from 'vitest';
import { FrameKind } from '../../src/protocol/frame.ts';
import { MessageReader } from '../../src/protocol/message-reader.ts';
import { textsOf } from '../../src/protocol/message-texts.ts';
import { attempt, failure, report } from './two-ends.ts';

const { more, next, last } = FrameKind;
const broken = (text: string): AmbitError => failure('AMBIT_PROTOCOL_BROKEN', text);

function reader(limit?: number): { reader: MessageReader; messages: unknown[] } {
  const messages: unknown[] = [];
  const reader = new MessageReader((message) => messages.push(message));
  if (limit !== undefined) reader.limit = limit;
  return { reader, messages };
}

describe('MessageReader', () => {
  it('puts a message together from its parts, and cuts characters where they fall', () => {
    const { reader: read, messages } = reader();
    const text = Buffer.from('{"a":"äöü€"}');
    for (const byte of text.subarray(0, -1)) read.accept(more, Buffer.from([byte]));
    read.accept(last, text.subarray(-1));
    read.accept(last, Buffer.from('1'));
    expect(messages).toEqual([{ a: 'äöü€' }, 1]);
  });

  it('reads a text of many characters of three bytes', () => {
    const { reader: read, messages } = reader(100_000_000);
    const text = Buffer.from(`"x${'€'.repeat(7_000_000)}"`);
    read.accept(more, text.subarray(0, 1));
    read.accept(last, text.subarray(1));
    expect(messages.length).toBe(1);
    expect(messages[0] === `x${'€'.repeat(7_000_000)}`).toBe(true);
  });

  it('refuses a message that is longer than its limit before it keeps it', () => {
    const { reader: read } = reader(100);
    read.accept(last, Buffer.from(`"${'x'.repeat(98)}"`));
    read.accept(more, Buffer.alloc(60));
    expect(() => read.accept(more, Buffer.alloc(60))).toThrow(broken('longer than 100 bytes'));
  });

  it('refuses a message of too many texts, which may be empty', () => {
    const { reader: read } = reader(10_000);
    expect(() => {
      for (let texts = 0; texts < 100; texts += 1) read.accept(next, Buffer.alloc(0));
    }).toThrow(broken('longer than'));
  });
});

describe('a message with long values', () => {
  const long = (name: string): string => `"${name.repeat(20_000)}"`;

  it('is JSON with the values behind it, and the same again', () => {
    const { reader: read, messages } = reader(1_000_000);
    const state = {
      type: 'state',
      running: [],
      unacknowledged: [report('1', long('a')), report('2', 'null'), report('3', long('b'))],
    } as const;
    const outcome = { type: 'call.outcome', action: 'a', attempt: 1, call: 1, outcome: { status: 'succeeded', value: long('c') } } as const;
    const sent = [state, outcome, attempt('1', long('d')), { type: 'attempt.ended', report: report('1', long('e')) } as const];
    for (const message of sent) {
      const texts = textsOf(message).map((text) => Buffer.from(text));
      expect(texts[0]!.length).toBeLessThan(1000);
      texts.forEach((text, index) => read.accept(index < texts.length - 1 ? next : last, text));
    }
    expect(messages).toEqual(sent);
  });

  it('is plain JSON where the values are not long, or are the user’s own', () => {
    const progress = { type: 'progress', action: 'a', attempt: 1, data: { value: long('x'), args: null } } as const;
    for (const message of [attempt('1', '[1]'), progress]) expect(textsOf(message)).toEqual([JSON.stringify(message)]);
  });
});
