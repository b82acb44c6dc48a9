import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EngineEnd } from './engine-end.ts';
import { workerScenes } from './scenes.ts';
import { hasMountNamespaces, hidingWords, until } from './worker-scene.ts';
import type { WorkerScene } from './worker-scene.ts';

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

describe('files of a worker that sees the folder of the store', () => {
  const proof = { name: 'proof', content: 'what nobody can guess' };
  /** An engine with a folder; what lies there as the proof may be something else. */
  const withFolder = async (scene: WorkerScene, more: { takes?: boolean; found?: string } = {}): Promise<EngineEnd> => {
    const directory = join(scene.directory, 'store');
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, proof.name), more.found ?? proof.content);
    return scene.ready({}, { folder: { directory, proof, takes: more.takes ?? true } });
  };

  it('are handed over there without their bytes, both ways', async () => {
    const scene = open();
    const engine = await withFolder(scene);
    const { digest } = (await engine.value(engine.begin('put', 'content'))) as { digest: string };
    expect([[...engine.taken.keys()], engine.objects.size]).toEqual([[digest], 0]);
    const own = join(scene.workDirectory, 'objects', digest.slice('sha256:'.length));
    expect(statSync(own).ino).toBe(statSync(engine.taken.get(digest)!).ino);
    const path = join(scene.directory, 'store', 'other');
    writeFileSync(path, 'other');
    engine.taken.set(digestOf('other'), path);
    const got = (await engine.value(engine.begin('get', digestOf('other')))) as { path: string; text: string };
    expect([got.text, statSync(got.path).ino]).toEqual(['other', statSync(path).ino]);
  });

  it.each([
    ['what lies there is another proof: another machine', { found: 'something else' }],
    ['the store does not take it', { takes: false }],
  ])('go over the connection where %s', async (_, more) => {
    const scene = open();
    const engine = await withFolder(scene, more);
    const { digest, answer } = (await engine.value(engine.begin('put', 'content'))) as { digest: string; answer: object };
    expect(answer).not.toHaveProperty('error');
    expect([engine.taken.size, engine.objects.get(digest)?.toString()]).toEqual([0, 'content']);
    expect(readdirSync(join(scene.directory, 'store'))).toEqual(['proof']);
    engine.objects.set(digestOf('other'), Buffer.from('other'));
    expect(await engine.value(engine.begin('get', digestOf('other')))).toMatchObject({ text: 'other' });
  });

  it('come over the connection where the store has no path for them', async () => {
    const engine = await withFolder(open());
    engine.objects.set(digestOf('other'), Buffer.from('other'));
    expect(await engine.value(engine.begin('get', digestOf('other')))).toMatchObject({ text: 'other' });
  });

  it.skipIf(!hasMountNamespaces)('go over the connection from a mount namespace in which another folder has that path', async () => {
    const scene = open({ pidNamespace: true, namespace: hidingWords('store') });
    const engine = await withFolder(scene);
    const { digest } = (await engine.value(engine.begin('put', 'content'))) as { digest: string };
    expect([engine.taken.size, engine.objects.get(digest)?.toString()]).toEqual([0, 'content']);
  });
});
