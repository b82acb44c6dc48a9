import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { workerScenes } from './scenes.ts';
import { until } from './worker-scene.ts';

const open = workerScenes();
const hex = (bytes: Buffer | string): string => Buffer.from(bytes).toString('hex');

describe('output', () => {
  it('is exact in bytes: invalid UTF-8, carriage returns, zeroes, no newline at the end', async () => {
    const engine = await open().ready();
    const bytes = Buffer.concat([
      Buffer.from([0xff, 0xfe, 0x00, 0xc3]),
      Buffer.from('10%\r20%\r\n'),
      Buffer.from('é'.repeat(3)).subarray(1),
    ]);
    const action = engine.begin('output', [
      [1, hex(bytes)],
      [2, hex('to stderr\r')],
      [1, hex('after')],
    ]);
    await engine.outcome(action);
    expect(engine.output(action)).toEqual(Buffer.concat([bytes, Buffer.from('after')]));
    expect(engine.output(action, 'stderr').toString()).toBe('to stderr\r');
  });

  it('of one line of ten megabytes is all there, in messages of modest size, before its outcome', async () => {
    const engine = await open().ready();
    const action = engine.begin('repeat', { descriptor: 1, text: 'x'.repeat(100_000), times: 100 });
    expect(await engine.value(action)).toBe(null);
    expect(engine.output(action).equals(Buffer.alloc(10_000_000, 'x'))).toBe(true);
    for (const event of engine.events) if (event.type === 'log') expect(event.data.length).toBeLessThanOrEqual(64 * 1024);
  });

  it.each(['SIGKILL', 'SIGSEGV'])('keeps the last line before %s', async (signal) => {
    const engine = await open().ready();
    const text = `${'y'.repeat(150_000)}\nthe last line`;
    const action = engine.begin('last', { text, signal });
    await engine.outcome(action);
    expect(engine.output(action).toString()).toBe(text);
  });

  it('belongs to the attempt that wrote it, or that ended last', async () => {
    const engine = await open().ready({ say: 'loading\n' });
    const first = engine.begin('late', { text: 'late\n', after: 100 });
    await engine.outcome(first);
    await until('the late line', () => engine.output(first).includes('late'));
    const second = engine.begin('output', [[1, hex('second\n')]]);
    await engine.outcome(second);
    expect(engine.output(first).toString()).toBe('loading\nlate\n');
    expect(engine.output(second).toString()).toBe('second\n');
  });

  it('that never ends, of what a task left running, holds up no outcome and no other attempt', async () => {
    const engine = await open().ready();
    const flood = engine.begin('flood');
    expect(await engine.value(flood)).toBe(null);
    await until('the flood', () => engine.output(flood).length > 100_000);
    expect(await engine.value(engine.begin('echo', 1))).toBe(1);
    expect(await engine.value(engine.begin('echo', 2, { tainted: true }))).toBe(2);
    const quiet = engine.begin('echo', 3);
    await engine.value(quiet);
    expect(engine.output(quiet)).toHaveLength(0);
  });

  it('beyond what is kept of an attempt loses its middle, and says how much', async () => {
    const engine = await open().ready();
    const line = `${'z'.repeat(1023)}\n`;
    const action = engine.begin('repeat', { descriptor: 1, text: line.repeat(64), times: 1100 });
    await engine.outcome(action);
    const [head, marker, tail] = engine
      .output(action)
      .toString('latin1')
      .split(/\n?(\[ambit: \d+ bytes of stdout are missing here\]\n)/);
    expect(head?.length).toBe(32 * 2 ** 20);
    expect(tail?.length).toBe(32 * 2 ** 20);
    expect(marker).toContain(` ${1100 * 64 * 1024 - 64 * 2 ** 20} bytes `);
  });

  it('waits on the disk while the engine does not read, and stops no task', async () => {
    const scene = open();
    const slow = await scene.ready();
    await slow.next('bundle.loaded');
    slow.pause();
    const action = slow.begin('repeat', { descriptor: 1, text: 'w'.repeat(100_000), times: 200 });
    const outcomes = join(scene.workDirectory, 'outcomes.jsonl');
    await until('the end of the task', () => existsSync(outcomes) && readFileSync(outcomes, 'utf8').endsWith('\n'));
    const quick = await scene.connect();
    expect(quick.session.state.unacknowledged).toMatchObject([{ action, outcome: { status: 'succeeded' } }]);
    await until('all output', () => quick.output(action).length === 20_000_000);
    expect(quick.output(action).equals(Buffer.alloc(20_000_000, 'w'))).toBe(true);
  });
});
