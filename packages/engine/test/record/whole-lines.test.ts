import { describe, expect, it } from 'vitest';
import { WholeLines } from '../../src/record/whole-lines.ts';

describe('whole lines', () => {
  it('come as soon as they end, however they were written', () => {
    const lines = new WholeLines();
    expect(lines.add(Buffer.from('on'))).toBe('');
    expect(lines.add(Buffer.from('e\ntwo\nth'))).toBe('one\ntwo\n');
    expect(lines.add(Buffer.from('10 %\r'))).toBe('th10 %\r');
    expect(lines.add(Buffer.from('rest'))).toBe('');
    expect(lines.end()).toBe('rest');
    expect(lines.end()).toBe('');
  });

  it('keep characters whole that were written in parts', () => {
    const lines = new WholeLines();
    const [first, ...others] = Buffer.from('é\n');
    expect(lines.add(Uint8Array.of(first!))).toBe('');
    expect(lines.add(Uint8Array.from(others))).toBe('é\n');
  });

  it('are not waited for without end', () => {
    const lines = new WholeLines();
    const long = 'x'.repeat(20_000);
    expect(lines.add(Buffer.from(long)) + lines.end()).toBe(long);
    expect(lines.add(Buffer.from(long))).toBe(long);
  });
});
