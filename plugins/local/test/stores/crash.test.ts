import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RunEvent } from '@ambit/plugin-api';
import { sqliteContext } from './store-contexts.ts';

const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const child = fileURLToPath(new URL('./appending-child.ts', import.meta.url));

let context: Awaited<ReturnType<typeof sqliteContext>>;
beforeEach(async () => {
  context = await sqliteContext();
});
afterEach(() => context.dispose());

/** Lets a child append until it has said so many times that something is stored, kills it, and returns the last seq it said. */
async function appendUntilKilled(run: string, acknowledgements: number): Promise<number> {
  const args = ['--conditions=@ambit/source', '--import', loader, child, context.folder, run];
  const running = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(running, 'exit');
  let acknowledged = 0;
  let count = 0;
  for await (const line of createInterface({ input: running.stdout })) {
    acknowledged = Math.max(acknowledged, Number(line));
    if (++count === acknowledgements) running.kill('SIGKILL');
  }
  expect(await exit).toEqual([null, 'SIGKILL']);
  return acknowledged;
}

it.each([3, 200, 2000])('has every append that was acknowledged before a kill, without a gap (after %i)', async (acknowledgements) => {
  const acknowledged = await appendUntilKilled('run-a', acknowledgements);
  const signal = AbortSignal.timeout(20_000);
  const store = context.open();
  const events: RunEvent[] = [];
  for await (const event of store.read('run-a', {}, signal)) events.push(event);
  expect(events.length).toBeGreaterThanOrEqual(acknowledged);
  expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
  const last = events.at(-1)?.data as { of: number; count: number };
  expect(last.of, 'the last append is there in part').toBe(last.count);
  const lines: string[] = [];
  for await (const chunk of store.readLog('run-a', {}, signal)) lines.push(Buffer.from(chunk.data).toString());
  expect(lines.length).toBeGreaterThanOrEqual(acknowledgements);

  const taken = await store.acquire('run-a', { holder: 'heir', ttlMs: 60_000 }, signal);
  expect(taken).toEqual({ epoch: 2 });
  const { seq } = await store.append('run-a', 2, [{ at: new Date().toISOString(), type: 'next', data: null }]);
  expect(seq).toBe(events.length + 1);
});
