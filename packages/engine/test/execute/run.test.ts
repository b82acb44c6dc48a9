import { describe, expect, it } from 'vitest';
import { AmbitError } from '@ambit/plugin-api';
import { memoryExecutor } from '@ambit/testkit';
import { environment } from '../support/test-project.ts';
import { gate, never, ofType, World } from '../support/world.ts';
import type { StoredEvent } from '../support/world.ts';

const msa = environment('msa_env', { run_msa: {} });
const fold = environment('fold_env', { run_fold: {} });
const multi = environment('multi_env', { main: {} }, { dependsOn: [fold, msa] });

describe('a run', () => {
  it('gives the value of its root, made of what children in other environments give', async () => {
    const world = new World({
      tasks: {
        'multi_env.main': async (task, sequence: string) =>
          task.call('fold_env.run_fold', sequence, await task.call('msa_env.run_msa', sequence)),
        'msa_env.run_msa': (_, sequence: string) => sequence.toLowerCase(),
        'fold_env.run_fold': (_, sequence: string, found: string) => [sequence, found],
      },
    });
    const { outcome, value, events } = await world.run(multi, 'main', ['AAGG']);
    expect(outcome.status).toBe('succeeded');
    expect(value).toEqual(['AAGG', 'aagg']);
    const created = ofType(events, 'action.created');
    expect(created.map(({ task, environment: name }) => [task, name])).toEqual([
      ['multi_env.main', 'multi_env'],
      ['msa_env.run_msa', 'msa_env'],
      ['fold_env.run_fold', 'fold_env'],
    ]);
    expect(created.slice(1).map(({ parent, call }) => [parent, call])).toEqual([
      [created[0]!.action, 1],
      [created[0]!.action, 2],
    ]);
    expect(ofType(events, 'action.ended').map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect(ofType(events, 'run.created')[0]).toMatchObject({
      task: 'multi_env.main',
      executors: { multi_env: 'local', fold_env: 'local', msa_env: 'local' },
    });
  });

  it('starts the first worker of every environment that its root reaches, before a task asks for it', async () => {
    const started = gate();
    const world = new World({ tasks: { 'multi_env.main': () => started.opened } });
    const connected = new Set<string>();
    const names = new Map<string, string>();
    const handle = await world.start(multi, 'main', [], {
      onEvent: ({ type, data }) => {
        if (type === 'worker.reserved') names.set(data.worker, data.environment);
        if (type === 'worker.connected') connected.add(names.get(data.worker)!);
        if (connected.size === 3) started.open();
      },
    });
    expect((await handle.outcome()).status).toBe('succeeded');
    expect([...connected].sort()).toEqual(['fold_env', 'msa_env', 'multi_env']);
  });

  it('runs children in parallel', async () => {
    const both = gate();
    let running = 0;
    const world = new World({
      tasks: {
        'multi_env.main': (task) => Promise.all([task.call('msa_env.run_msa', 'a'), task.call('fold_env.run_fold', 'b')]),
        'msa_env.run_msa': async (_, name: string) => {
          running += 1;
          if (running === 2) both.open();
          await both.opened;
          return name;
        },
        'fold_env.run_fold': async (_, name: string) => {
          running += 1;
          if (running === 2) both.open();
          await both.opened;
          return name;
        },
      },
    });
    expect((await world.run(multi, 'main')).value).toEqual(['a', 'b']);
  });

  it('tells each event once it is stored, in order', async () => {
    const world = new World({ tasks: { 'multi_env.main': (task) => task.call('msa_env.run_msa'), 'msa_env.run_msa': () => 1 } });
    const told: StoredEvent[] = [];
    const { events } = await world.run(multi, 'main', [], { onEvent: (event) => 'seq' in event && told.push(event) });
    expect(told).toEqual(events);
  });

  it('stores output as it was written, and shows whole lines', async () => {
    const shown: string[] = [];
    const world = new World({
      tasks: {
        'multi_env.main': async (task) => {
          task.log('one\ntw');
          task.log('o\nthr');
          task.log('wrong\n', 'stderr');
          task.log('ee');
          await Promise.resolve();
        },
      },
    });
    const { handle, events } = await world.run(multi, 'main', [], {
      onEvent: ({ type, data }) => type === 'attempt.log' && shown.push(`${data.task} ${data.stream} ${data.text}`),
    });
    expect(shown).toEqual([
      'multi_env.main stdout one\n',
      'multi_env.main stdout two\n',
      'multi_env.main stderr wrong\n',
      'multi_env.main stdout three',
    ]);
    const stored = { stdout: '', stderr: '' };
    const [root] = ofType(events, 'action.created');
    for await (const { stream, data } of world.runs.readLog(handle.name, { attempt: `${root!.action}/1` }, never()))
      stored[stream] += Buffer.from(data).toString();
    expect(stored).toEqual({ stdout: 'one\ntwo\nthree', stderr: 'wrong\n' });
  });

  it('serves the objects of its tasks', async () => {
    const world = new World({
      tasks: {
        'multi_env.main': async (task) => task.call('msa_env.run_msa', await task.put(Buffer.from('abc'))),
        'msa_env.run_msa': async (task, digest: `sha256:${string}`) => Buffer.from(await task.get(digest)).toString(),
      },
    });
    expect((await world.run(multi, 'main')).value).toBe('abc');
  });

  it('takes the name it is given, once', async () => {
    const world = new World({ tasks: { 'multi_env.main': () => 1 } });
    expect((await world.run(multi, 'main', [], { name: 'mine' })).handle.name).toBe('mine');
    await expect(world.start(multi, 'main', [], { name: 'mine' })).rejects.toMatchObject({ code: 'AMBIT_RUN_NAME_TAKEN' });
    expect((await world.run(multi, 'main')).handle.name).toMatch(/^[a-z]+-[a-z]+-[0-9a-f]{4}$/);
  });

  it('leaves neither workers nor reservations, and gives its lease back', async () => {
    const world = new World({ tasks: { 'multi_env.main': () => 1 } });
    const { handle, events } = await world.run(multi, 'main');
    await world.engine.dispose();
    const reserved = ofType(events, 'worker.reserved').map(({ worker }) => worker);
    const stopped = ofType(events, 'worker.stopped').filter(({ confirmed }) => confirmed);
    expect(stopped.map(({ worker }) => worker).sort()).toEqual(reserved.sort());
    const left: string[] = [];
    for await (const { id } of world.executor.list(world.runs.owner, never())) left.push(id);
    expect(left).toEqual([]);
    expect(await world.runs.acquire(handle.name, { holder: 'another', ttlMs: 1000 }, never())).toEqual({ epoch: 2 });
  });

  it('is refused where the plan has errors', async () => {
    const broken = environment('a', { main: {} }, { dependsOn: [environment('b', { other: {} }), environment('b', { another: {} })] });
    const world = new World({ tasks: { 'a.main': () => 1 } });
    await expect(world.start(broken, 'main')).rejects.toMatchObject({ code: 'AMBIT_PLAN_INVALID' });
    await expect(world.engine.run(await world.plan(multi), { task: 'multi_env.other', args: '[]' })).rejects.toSatisfy(
      (error) => AmbitError.is(error) && error.code === 'AMBIT_RUN_TASK_UNKNOWN',
    );
  });

  it('ends before anything is built where an executor has something against it', async () => {
    const executor = memoryExecutor();
    executor.preflight = async (requests) => [
      { code: 'AMBIT_RIGHTS', message: 'You may not.', hint: 'Ask.', environment: requests[0]!.environment, severity: 'error' },
    ];
    const world = new World({ executor });
    const { outcome, events } = await world.run(multi, 'main');
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { code: 'AMBIT_RIGHTS', failure: 'configuration', message: 'You may not.', environment: 'multi_env', executor: 'local' },
    });
    expect(events.map(({ type }) => type)).toEqual(['run.created', 'plan.ready', 'run.ended']);
  });

  it('says which call of a task is not planned', async () => {
    const world = new World({ tasks: { 'multi_env.main': (task) => task.call('far_env.task') } });
    const { outcome } = await world.run(multi, 'main');
    expect(outcome).toMatchObject({ status: 'failed', error: { message: expect.stringContaining('far_env.task') as string } });
  });
});
