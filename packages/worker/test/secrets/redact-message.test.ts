import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactMessage } from '../../src/secrets/redact-message.ts';
import { Redaction } from '../../src/secrets/redaction.ts';
import { decodeError, encodeError } from '../../src/values/index.ts';

describe('redaction of what is said of an attempt', () => {
  it('takes a secret out of every text, and leaves the rest', () => {
    const error = { name: 'Error', message: 'at hunter2', stack: 'Error: at hunter2\n    at a.ts:1', code: 'hunter2' };
    const said = redactMessage(
      { status: 'failed', message: 'at hunter2', error, retryable: true, list: ['hunter2', 1] },
      new Redaction(['hunter2']),
    );
    const clean = { name: 'Error', message: 'at ***', stack: 'Error: at ***\n    at a.ts:1', code: '***' };
    expect(said).toEqual({ status: 'failed', message: 'at ***', error: clean, retryable: true, list: ['***', 1] });
  });

  it('leaves words and ids of ours alone that are secrets by chance', () => {
    const outcome = {
      status: 'failed',
      failure: 'user',
      code: 'AMBIT_TASK_FAILED',
      task: { task: 'user.main', failure: 'user' },
      on: ['user'],
    };
    expect(redactMessage(outcome, new Redaction(['user', 'TASK', 'failed', 'main']))).toEqual(outcome);
  });

  it('keeps own fields of errors readable, whatever the secret is', () => {
    const hostile = fc.string({ unit: fc.constantFrom('\\', '"', 'n', 'u', '\n', '{', ':', 'a'), minLength: 4, maxLength: 10 });
    fc.assert(
      fc.property(hostile, fc.string({ unit: fc.constantFrom('\n', '"', 'x', '\\'), maxLength: 5 }), (secret, around) => {
        const wire = encodeError(Object.assign(new Error(secret), { token: around + secret + around, deep: { list: [secret] } }));
        const clean = redactMessage(wire, new Redaction([secret]));
        expect(decodeError(clean).message).not.toContain(secret);
        expect(JSON.stringify(decodeError(clean))).not.toContain(JSON.stringify(secret).slice(1, -1));
      }),
    );
  });
});
