import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AttemptLog } from '../../src/supervisor/attempt-log.ts';
import type { LogMessage } from '../../src/supervisor/attempt-log.ts';
import { SpoolFiles } from '../../src/supervisor/spool-file.ts';
import type { OutputStream } from '../../src/supervisor/runner-process.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ambit-log-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const streams = ['stdout', 'stderr'] as const;

function open(limit: number, memory = 2 ** 20, files = new SpoolFiles(directory)): AttemptLog {
  return new AttemptLog({ action: 'a', attempt: 1, files, memory: { free: memory }, limit, onMore: () => undefined });
}

/** What an engine makes of messages: it takes what it does not have yet. */
class Store {
  readonly parts: Record<OutputStream, Buffer> = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  readonly order: OutputStream[] = [];

  take({ stream, offset, data }: LogMessage): void {
    const bytes = Buffer.from(data, 'base64');
    const known = this.parts[stream].length;
    if (offset > known) throw new Error(`a gap from ${known} to ${offset}`);
    this.parts[stream] = Buffer.concat([this.parts[stream], bytes.subarray(known - offset)]);
    if (this.order.at(-1) !== stream) this.order.push(stream);
  }

  drain(log: AttemptLog, most = Infinity): void {
    for (let n = 0, message; n < most && (message = log.next()); n += 1) this.take(message);
  }

  get sizes(): { stdout: number; stderr: number } {
    return { stdout: this.parts.stdout.length, stderr: this.parts.stderr.length };
  }
}

type Step =
  | { readonly do: 'write'; readonly stream: OutputStream; readonly data: Uint8Array }
  | { readonly do: 'send'; readonly most: number }
  | { readonly do: 'store' }
  | { readonly do: 'rewind' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      stream: fc.constantFrom(...streams),
      data: fc.uint8Array({ maxLength: 300 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('send' as const), most: fc.nat({ max: 4 }) }) },
  fc.constant({ do: 'store' as const }),
  fc.constant({ do: 'rewind' as const }),
);

/** Runs the steps and the end of the attempt, and answers what was written and what an engine has. */
function play(log: AttemptLog, steps: readonly Step[]): { written: Record<OutputStream, Buffer>; store: Store } {
  const written = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  const store = new Store();
  for (const each of steps) {
    if (each.do === 'write') {
      written[each.stream] = Buffer.concat([written[each.stream], each.data]);
      log.append(each.stream, Buffer.from(each.data));
    } else if (each.do === 'send') store.drain(log, each.most);
    else if (each.do === 'store') log.store(store.sizes);
    else log.rewind();
  }
  log.finish();
  store.drain(log);
  return { written, store };
}

describe('the log of an attempt', () => {
  it('arrives byte for byte, however it is written, sent, stored and asked for again, with and without memory', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.constantFrom(0, 100, 2 ** 20), (steps, memory) => {
        const log = open(2 ** 20, memory);
        const { written, store } = play(log, steps);
        expect(store.parts).toEqual(written);
        log.store(store.sizes);
        expect(log.isOver).toBe(true);
        log.remove();
      }),
      { numRuns: 300 },
    );
  });

  it('beyond its limit is the first half, and the last half in the order of both streams, with the count of what is missing', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 2, max: 2000 }), (steps, limit) => {
        const log = open(limit);
        const { written, store } = play(log, steps);
        let kept = 0;
        for (const stream of streams) {
          const text = store.parts[stream].toString('latin1');
          const whole = written[stream].toString('latin1');
          const match = /\n\[ambit: (\d+) bytes of std(?:out|err) are missing here\]\n/.exec(text);
          const head = match ? text.slice(0, match.index) : text;
          const tail = match ? text.slice(match.index + match[0].length) : '';
          const missing = Number(match?.[1] ?? 0);
          expect(whole.startsWith(head) && whole.endsWith(tail)).toBe(true);
          expect(head.length + missing + tail.length).toBe(whole.length);
          kept += head.length + tail.length;
        }
        const all = written.stdout.length + written.stderr.length;
        expect(kept).toBeLessThanOrEqual(limit);
        if (all <= limit) expect(kept).toBe(all);
        else if (limit > 500) expect(kept).toBeGreaterThan(0);
        log.remove();
      }),
      { numRuns: 300 },
    );
  });

  it('of a long output keeps both halves to the byte', () => {
    const log = open(1000);
    const text = Array.from({ length: 500 }, (_, n) => `line ${n}\n`).join('');
    for (const line of text.split(/(?<=\n)/)) log.append('stdout', Buffer.from(line));
    log.finish();
    const store = new Store();
    store.drain(log);
    const marker = `\n[ambit: ${text.length - 1000} bytes of stdout are missing here]\n`;
    expect(store.parts.stdout.toString()).toBe(text.slice(0, 500) + marker + text.slice(-500));
    log.remove();
  });

  it('keeps the order of both streams', () => {
    const log = open(1000);
    for (const stream of ['stdout', 'stderr', 'stdout', 'stderr'] as const) log.append(stream, Buffer.from(`${stream}\n`));
    const store = new Store();
    store.drain(log);
    expect(store.order).toEqual(['stdout', 'stderr', 'stdout', 'stderr']);
    log.remove();
  });

  it('leaves nothing on the disk when it is over, but small files that the next one uses', () => {
    const files = new SpoolFiles(directory);
    for (const size of [100, 2 ** 21, 100, 100]) {
      const log = open(2 ** 22, 0, files);
      log.append('stdout', Buffer.alloc(size, 'x'));
      expect(readdirSync(directory)).toHaveLength(1);
      log.finish();
      log.remove();
    }
    expect(readdirSync(directory)).toHaveLength(1);
  });

  it('says what a disk did not take', () => {
    rmSync(directory, { recursive: true });
    const log = open(1000);
    log.append('stdout', Buffer.from('never kept'));
    log.finish();
    const store = new Store();
    store.drain(log);
    expect(store.parts.stdout.toString()).toBe('\n[ambit: 10 bytes of stdout are missing here]\n');
  });
});
