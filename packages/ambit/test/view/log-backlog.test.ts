import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { LogBacklog } from '../../src/view/log-backlog.ts';

const lines = (count: number): string => Array.from({ length: count }, (_, index) => `${index}\n`).join('');

describe('lines that wait to be drawn', () => {
  it('are all there where they are few', () => {
    const backlog = new LogBacklog(createColors(false));
    backlog.add('e.a', 'one\ntwo\n');
    backlog.say('beside');
    expect(backlog.take()).toEqual(['e.a | one', 'e.a | two', 'beside']);
    expect(backlog.take()).toEqual([]);
  });

  it('are counted where they are too many, but for what is said beside', () => {
    const backlog = new LogBacklog(createColors(false));
    backlog.add('e.a', lines(700));
    backlog.add('e.a', lines(10));
    backlog.say('beside');
    const shown = backlog.take();
    expect(shown).toHaveLength(502);
    expect(shown.slice(-2)).toEqual(['beside', '… 210 lines more are not shown here; ambit runs logs has them']);
  });

  it('are fewer where the terminal is slow, and more again where it is quick', () => {
    const backlog = new LogBacklog(createColors(false));
    const shown = (): number => {
      backlog.add('e.a', lines(700));
      return backlog.take().length;
    };
    for (let index = 0; index < 9; index += 1) backlog.drawn(100);
    expect(shown()).toBe(21);
    for (let index = 0; index < 9; index += 1) backlog.drawn(1);
    expect(shown()).toBe(501);
  });
});
