import type { Plan } from '@ambit/core';
import { createColors } from 'picocolors';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Terminal, Verbosity } from '../../src/cli/terminal.ts';
import { lineView } from '../../src/view/line-view.ts';
import type { ShownEvent } from '../../src/view/run-tree.ts';
import type { RunView } from '../../src/view/run-view.ts';

const plan: Plan = { version: 1, digest: `sha256:${'0'.repeat(64)}`, targets: [], environments: [], images: [], diagnostics: [] };
const image = `sha256:${'1'.repeat(64)}` as const;

let said: string[];
let view: RunView;

function open(verbosity: Verbosity = 'normal'): void {
  const terminal: Partial<Terminal> = {
    colors: createColors(false),
    flags: { color: false, verbosity },
    say: (line) => void said.push(...line.split('\n').map((each) => each.replace(/^\S+ image 11111111 /, ''))),
  };
  view = lineView(plan, terminal as Terminal);
  take({ type: 'image.started', data: { image, environments: ['a'], builder: 'host' } });
}

const take = (event: ShownEvent): void => view.take({ ...event, at: new Date().toISOString() });
const step = (name: string): void => take({ type: 'image.progress', data: { image, step: 1, of: 2, name } });
const log = (text: string): void => take({ type: 'image.log', data: { image, stream: 'stdout', text } });
const pass = (seconds: number): readonly string[] => {
  said.length = 0;
  vi.advanceTimersByTime(seconds * 1000);
  return [...said];
};

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  said = [];
});
afterEach(() => {
  view.end();
  vi.useRealTimers();
});

describe('lines of a build', () => {
  it('say which step is waited for, since when, and what it said last, less and less often', () => {
    open();
    step('npm install x');
    expect(pass(9)).toEqual([]);
    expect(pass(1)).toEqual(['npm install x has been going on for 10.0 s, silent for 10.0 s']);
    log('try 1 failed\n');
    expect(pass(19)).toEqual([]);
    expect(pass(1)).toEqual(['npm install x has been going on for 30.0 s, silent for 20.0 s: try 1 failed']);
    expect(pass(39)).toEqual([]);
    log('\n');
    expect(pass(1)).toEqual(['npm install x has been going on for 1 min 10 s: try 1 failed']);
    expect(pass(180)).toHaveLength(3);
  });

  it('begin anew with each step, and end with the image', () => {
    open();
    step('one');
    log('of one');
    pass(9);
    step('two');
    expect(pass(9)).toEqual([]);
    expect(pass(1)).toEqual(['two has been going on for 10.0 s, silent for 10.0 s']);
    take({ type: 'image.ended', data: { image, status: 'built', durationMs: 1 } });
    expect(pass(600)).toEqual([]);
  });

  it('are not said of what is heard of anyway', () => {
    open('verbose');
    step('one');
    for (let index = 0; index < 5; index += 1) {
      expect(pass(9)).toEqual([]);
      log('more');
    }
    expect(pass(10)).toEqual(['one has been going on for 55.0 s, silent for 10.0 s: more']);
  });

  it('are over with the view', () => {
    open();
    view.end();
    expect(pass(600)).toEqual([]);
  });
});
