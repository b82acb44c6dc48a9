import { stripVTControlCharacters } from 'node:util';
import type { Plan } from '@ambit/core';
import { createColors } from 'picocolors';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { drawTree } from '../../src/view/draw-tree.ts';
import { RunTree } from '../../src/view/run-tree.ts';
import type { ShownEvent } from '../../src/view/run-tree.ts';

const plan: Plan = { version: 1, digest: `sha256:${'0'.repeat(64)}`, targets: [], environments: [], images: [], diagnostics: [] };

function treeOf(...events: readonly ShownEvent[]): RunTree {
  const tree = new RunTree(plan);
  events.forEach((event, index) => tree.take(event, index));
  return tree;
}

const created = (action: string, task: string, parent?: string): ShownEvent => ({
  type: 'action.created',
  data: { action, task, environment: 'e', input: '[]', ...(parent !== undefined && { parent }) },
});
const started = (action: string): ShownEvent => ({ type: 'attempt.started', data: { action, attempt: 1 } });
const rows = (tree: RunTree, columns = 80, height = 50): readonly string[] =>
  drawTree(tree, { colors: createColors(true), columns: () => columns, rows: () => height }, 2000).map((line) =>
    stripVTControlCharacters(line),
  );

describe('the tree of a run', () => {
  it('shows tasks below the task that called them, with the last line of those that run', () => {
    const log = { type: 'attempt.log', data: { action: 'b', attempt: 1, task: 'e.child', stream: 'stdout', text: 'one\ntwo\n' } } as const;
    const tree = treeOf(created('a', 'e.main'), started('a'), created('b', 'e.child', 'a'), started('b'), log);
    const [first, second] = rows(tree);
    expect(first).toContain('◐ e.main');
    expect(second).toMatch(/^ {2}◐ e\.child .* two$/);
  });

  it('fits any width, wide characters of any alphabet too', () => {
    const tree = treeOf(created('a', `e.${'имя'.repeat(30)}`), started('a'), created('b', `e.${'蛋白质'.repeat(30)}`, 'a'));
    for (const columns of [20, 33, 80]) for (const row of rows(tree, columns)) expect(stringWidth(row)).toBeLessThan(columns);
  });

  it('shows what runs and what failed, with who waits for it, where there is no room for all', () => {
    const many = Array.from({ length: 100 }, (_, index) => created(`c${index}`, `e.child${index}`, 'a'));
    const ended = (action: string, status: 'failed' | 'succeeded'): ShownEvent => ({ type: 'action.ended', data: { action, status } });
    const tree = treeOf(created('a', 'e.main'), started('a'), ...many, started('c70'), ended('c80', 'failed'), ended('c0', 'succeeded'));
    const shown = rows(tree, 80, 8);
    expect(shown).toHaveLength(7);
    expect(shown.join('\n')).toMatch(/e\.main[^]*◐ e\.child70[^]*✗ e\.child80/);
    expect(shown.join('\n')).not.toContain('e.child0 ');
    expect(shown.at(-1)).toBe('… and 95 more; in all 2 running, 97 queued, 2 done, 1 failed');
  });

  it('says of a runtime that is built for whom it is', () => {
    const data = { image: `sha256:${'1'.repeat(64)}`, environments: ['a', 'b'], builder: 'docker', runtime: true as const };
    const building: ShownEvent = { type: 'image.started', data };
    expect(rows(treeOf(building))[0]).toMatch(/for the runtime of a, b/);
  });

  it('says how long nothing was heard of an image that is built, and what was heard last', () => {
    const image = `sha256:${'1'.repeat(64)}` as const;
    const tree = new RunTree(plan);
    tree.take({ type: 'image.started', data: { image, environments: ['a'], builder: 'host' } }, 0);
    tree.take({ type: 'image.progress', data: { image, step: 1, of: 1, name: 'pip install x' } }, 0);
    expect(rows(tree)[0]).toMatch(/^◐ image 11111111 pip install x host 2\.0 s for a$/);
    tree.take({ type: 'image.log', data: { image, stream: 'stderr', text: 'Retrying\n' } }, -4000);
    expect(rows(tree)[0]).toMatch(/ for a, silent for 6\.0 s {2}Retrying$/);
    tree.take({ type: 'image.ended', data: { image, status: 'failed', durationMs: 7000 } }, 1000);
    expect(rows(tree)[0]).toMatch(/^✗ image 11111111 failed host 7\.0 s for a$/);
  });

  it('draws a chain of calls of any depth', () => {
    const chain = Array.from({ length: 20_000 }, (_, index) => created(`c${index}`, 'e.next', index === 0 ? undefined : `c${index - 1}`));
    expect(rows(treeOf(...chain)).length).toBeLessThan(30);
  });

  it('counts what is asked for again', () => {
    const ended: ShownEvent = { type: 'action.ended', data: { action: 'a', status: 'failed' } };
    const tree = treeOf(created('a', 'x'), started('a'), ended, {
      type: 'action.reopened',
      data: { action: 'a', reason: 'its parent is tried again' },
    });
    expect(tree.counts).toEqual({ queued: 1, running: 0, done: 0, failed: 0 });
  });

  it('says how many it does not show', () => {
    const tree = treeOf(created('a', 'e.main'), ...Array.from({ length: 500 }, (_, index) => created(`c${index}`, 'e.child', 'a')));
    const shown = rows(tree);
    expect(shown.length).toBeLessThan(30);
    expect(shown.at(-1)).toMatch(/and \d+ more; in all 0 running, 501 queued/);
  });

  it('counts right what ends without having run', () => {
    const ended = (action: string, status: 'cancelled' | 'succeeded'): ShownEvent => ({ type: 'action.ended', data: { action, status } });
    const tree = treeOf(created('a', 'x'), started('a'), created('b', 'y', 'a'), ended('b', 'cancelled'), ended('a', 'succeeded'));
    expect(tree.counts).toEqual({ queued: 0, running: 0, done: 2, failed: 0 });
  });
});
