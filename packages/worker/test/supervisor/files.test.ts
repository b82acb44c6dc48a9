import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { workerScenes } from './scenes.ts';
import { until } from './worker-scene.ts';

const open = workerScenes();
const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

describe('files of tasks', () => {
  it('that were written are with the engine, and are found here without it', async () => {
    const engine = await open().ready();
    const written = (await engine.value(engine.begin('put', 'content'))) as { digest: string; answer: object };
    expect(written.answer).not.toHaveProperty('error');
    expect(engine.objects.get(written.digest)?.toString()).toBe('content');
    engine.objects.clear();
    expect(await engine.value(engine.begin('get', written.digest))).toMatchObject({ text: 'content' });
  });

  it('come from the engine once, and are read-only', async () => {
    const engine = await open().ready();
    const text = 'x'.repeat(3_000_000);
    engine.objects.set(digestOf(text), Buffer.from(text));
    expect(await engine.value(engine.begin('get', digestOf(text)))).toMatchObject({ text });
    engine.objects.clear();
    expect(await engine.value(engine.begin('get', digestOf(text)))).toMatchObject({ text });
  });

  it('that the engine does not have, or has wrong, are an error for the task', async () => {
    const engine = await open().ready();
    expect(await engine.value(engine.begin('get', digestOf('nowhere')))).toHaveProperty('error', expect.stringContaining('no object'));
    engine.objects.set(digestOf('right'), Buffer.from('wrong'));
    expect(await engine.value(engine.begin('get', digestOf('right')))).toHaveProperty('error', expect.stringContaining(digestOf('wrong')));
    expect(await engine.value(engine.begin('get', '../../etc/passwd'))).toHaveProperty('error', expect.stringContaining('neither'));
  });

  it('wait for the next engine where none is there', async () => {
    const scene = open();
    const first = await scene.ready();
    const sign = join(scene.directory, 'gone');
    const action = first.begin('putWhen', { text: 'kept', exists: sign });
    await first.next('attempt.started', (message) => message.action === action);
    first.break();
    writeFileSync(sign, '');
    const second = await scene.connect();
    await until('the file', () => second.objects.size === 1);
    expect(await second.value(action)).toMatchObject({ digest: digestOf('kept') });
  });
});
