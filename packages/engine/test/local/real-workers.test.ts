import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { LocalPlace, isWorkerBuilt } from '../support/local-place.ts';
import type { RunEventData } from '../../src/index.ts';
import { environment } from '../support/test-project.ts';
import { never } from '../support/world.ts';

const child = environment('child_env', { work: {} });
const root = environment('root_env', { main: {} }, { dependsOn: [child] });

const main = `
  import { defineTask, task } from '#ambit/runtime';
  const work = task('child_env.work');
  defineTask('root_env.main', async (text) => {
    console.log('main of ' + text);
    return [await work(text), process.pid];
  });
`;

function work(body: string): string {
  return `
    import { defineTask } from '#ambit/runtime';
    defineTask('child_env.work', async (text) => { ${body} });
  `;
}

let place: LocalPlace | undefined;
afterEach(async () => {
  await place?.dispose();
  place = undefined;
});

function placeWith(body: string): LocalPlace {
  place = new LocalPlace({ root_env: main, child_env: work(body) });
  return place;
}

describe.skipIf(!isWorkerBuilt)('real workers of this machine', () => {
  it('run tasks in processes of their own, and leave nothing behind', async () => {
    const { parts } = placeWith(`console.error('at work'); return text.toUpperCase() + ' ' + process.pid;`);
    const shown: string[] = [];
    const ofAttempts: string[] = [];
    const handle = await place!.start(root, 'main', ['abc'], {
      onEvent: ({ type, data }) => {
        if (type === 'attempt.log') shown.push(`${data.task} ${data.stream} ${data.text}`);
        if (type.startsWith('attempt.') && !type.endsWith('.placed')) ofAttempts.push(type);
      },
    });
    const outcome = await handle.outcome();
    expect(outcome.status).toBe('succeeded');
    const [text, pid] = JSON.parse(outcome.status === 'succeeded' ? outcome.value : '') as [string, number];
    expect(text).toMatch(/^ABC \d+$/);
    expect(text).not.toBe(`ABC ${process.pid}`);
    expect(pid).not.toBe(process.pid);
    expect(shown).toEqual(['root_env.main stdout main of abc\n', 'child_env.work stderr at work\n']);
    const [started, log, end] = ['attempt.started', 'attempt.log', 'attempt.ended'];
    expect(ofAttempts).toEqual([started, log, started, log, end, end]);
    const types: string[] = [];
    for await (const { type } of parts.runs.read(handle.name, {}, never())) types.push(type);
    expect(types.at(-1)).toBe('run.ended');
    expect(types.filter((type) => type === 'worker.stopped')).toHaveLength(2);
  });

  it('say how a task ended its process, and go on with others', async () => {
    placeWith('process.exit(3)');
    const outcome = await (await place!.start(root, 'main', ['abc'])).outcome();
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { failure: 'user', cause: { task: 'child_env.work', code: 'AMBIT_TASK_EXITED', failure: 'user' } },
    });
  });

  it.each(['in the folder of the store', 'over the connection'])('hand files to each other %s', async (way) => {
    const code = `
      import { Directory, File, defineTask, task } from '#ambit/runtime';
      import { readFile, writeFile } from 'node:fs/promises';
      const work = task('child_env.work');
      defineTask('root_env.main', async (size) => {
        const file = await File.from(Buffer.alloc(size, 'x'), 'x.txt');
        const made = await Directory.newLocal();
        await writeFile(await made.path() + '/a.txt', 'in a directory');
        return work(file, made);
      });
    `;
    const read = `
      import { defineTask } from '#ambit/runtime';
      import { readFile } from 'node:fs/promises';
      defineTask('child_env.work', async (file, made) => {
        const path = await file.path();
        return [path.endsWith('/x.txt'), (await readFile(path)).length, (await file.bytes()).length, await readFile(await made.path() + '/a.txt', 'utf8')];
      });
    `;
    place = new LocalPlace({ root_env: code, child_env: read });
    const { objects } = place.parts;
    let streamed = 0;
    const put = objects.put.bind(objects);
    Object.assign(objects, {
      put: (...given: Parameters<typeof put>) => {
        streamed += 1;
        return put(...given);
      },
      ...(way === 'over the connection' && { folder: undefined }),
    });
    const outcome = await (await place.start(root, 'main', [3_000_000])).outcome();
    expect(JSON.parse(outcome.status === 'succeeded' ? outcome.value : '')).toEqual([true, 3_000_000, 3_000_000, 'in a directory']);
    expect(streamed).toBe(way === 'over the connection' ? 3 : 0);
  });

  it('that are killed lose their attempt, which runs again on another', async () => {
    const body = `
      const fs = await import('node:fs');
      if (fs.existsSync(text)) return 'second try';
      fs.writeFileSync(text, '');
      await new Promise(() => setInterval(() => undefined, 1000));
    `;
    placeWith(body);
    let pid = 0;
    const tried = join(place!.directory, 'tried');
    const handle = await place!.start(root, 'main', [tried], {
      onEvent: ({ type, data }) => {
        if (type === 'worker.started' && data.worker.startsWith('child-env')) pid ||= pidOf(data.state);
      },
    });
    await until(() => existsSync(tried));
    process.kill(pid, 'SIGKILL');
    const outcome = await handle.outcome();
    expect(outcome).toMatchObject({ status: 'succeeded', value: expect.stringContaining('second try') as string });
  });

  it('lose the attempt whose process is killed from outside, and make another', async () => {
    placeWith(`
      const { taskContext } = await import('#ambit/runtime');
      if (taskContext().attempt > 1) return 'second try';
      process.kill(process.pid, 'SIGKILL');
      await new Promise(() => setInterval(() => undefined, 1000));
    `);
    const handle = await place!.start(root, 'main', ['abc']);
    expect(await handle.outcome()).toMatchObject({ status: 'succeeded', value: expect.stringContaining('second try') as string });
    const { attempts } = await actionsOf(handle.name);
    expect(attempts.map(({ outcome, failure }) => [outcome, failure])).toEqual([
      ['lost', 'infrastructure'],
      ['succeeded', undefined],
      ['succeeded', undefined],
    ]);
  });

  it('end a task that does not listen, with a proof', async () => {
    placeWith(`const { writeFileSync } = await import('node:fs'); writeFileSync(text, ''); for (;;);`);
    const running = join(place!.directory, 'running');
    const handle = await place!.start(root, 'main', [running], { graceMs: 200 });
    await until(() => existsSync(running));
    const { evidence } = await handle.cancel('enough');
    expect(evidence).toHaveLength(2);
    expect(await handle.outcome()).toMatchObject({ status: 'cancelled', reason: 'enough' });
  });

  it('are told in a map that others are not wanted any more, once one has failed', async () => {
    const mapping = `
      import { defineTask, task } from '#ambit/runtime';
      const work = task('child_env.work');
      defineTask('root_env.main', async () => {
        const outcomes = await work.map(['wait', 'fail', 'never'], { concurrency: 2, label: 'parts' }).settled();
        return outcomes.map(({ status }) => status);
      });
    `;
    const body = `
      const { defineTask, taskContext } = runtime;
      if (text === 'fail') throw new Error('no');
      const { signal } = taskContext();
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    `;
    place = new LocalPlace({
      root_env: mapping,
      child_env: `import * as runtime from '#ambit/runtime'; runtime.defineTask('child_env.work', async (text) => { ${body} });`,
    });
    const handle = await place.start(root, 'main');
    const outcome = await handle.outcome();
    expect(outcome).toMatchObject({ status: 'succeeded', value: '["cancelled","failed","skipped"]' });
    const { created, ended } = await actionsOf(handle.name);
    expect(created.map(({ label }) => label)).toEqual([undefined, 'parts', 'parts']);
    expect(ended).toEqual(expect.arrayContaining(['cancelled', 'failed', 'succeeded']));
  });

  it('get more memory where a task used up what there was, and say how much it used', async () => {
    place = new LocalPlace({
      root_env: main,
      child_env: work(`
        const { setTimeout } = await import('node:timers/promises');
        const { taskContext } = await import('#ambit/runtime');
        if (taskContext().attempt === 1) {
          const hoard = [];
          for (;;) { hoard.push(Buffer.alloc(2 ** 24, 1)); await setTimeout(20); }
        }
        await setTimeout(300);
        return 'enough';
      `),
    });
    const poor = environment('child_env', { work: { retries: { count: 1, growMemory: 4 } } }, { resources: { memory: '256Mi' } });
    const handle = await place.start(environment('root_env', { main: {} }, { dependsOn: [poor] }), 'main', ['x']);
    expect(await handle.outcome()).toMatchObject({ status: 'succeeded', value: expect.stringContaining('enough') as string });
    const { attempts } = await actionsOf(handle.name);
    const [first] = attempts.filter(({ outcome }) => outcome === 'failed');
    expect(first).toMatchObject({ failure: 'resources', error: { code: 'AMBIT_TASK_OUT_OF_MEMORY' } });
    expect(first?.peakMemory).toBeGreaterThan(2 ** 28);
  });
});

async function actionsOf(run: string): Promise<{
  readonly created: readonly RunEventData['action.created'][];
  readonly ended: readonly string[];
  readonly attempts: readonly RunEventData['attempt.ended'][];
}> {
  const events: { readonly type: string; readonly data: unknown }[] = [];
  for await (const { type, data } of place!.parts.runs.read(run, {}, never())) events.push({ type, data });
  const of = <T extends keyof RunEventData>(type: T): readonly RunEventData[T][] =>
    events.filter((event) => event.type === type).map(({ data }) => data as RunEventData[T]);
  return { created: of('action.created'), ended: of('action.ended').map(({ status }) => status), attempts: of('attempt.ended') };
}

function pidOf(state: unknown): number {
  return (state as { worker: { pid: number } }).worker.pid;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}
