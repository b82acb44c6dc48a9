import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { workerScenes } from './scenes.ts';
import { hasNamespaces, hasProcess, uniqueSeconds, until } from './worker-scene.ts';

const open = workerScenes();
const isAlive = (pid: number): boolean => {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

function childrenOf(parent: number): readonly number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => isAlive(pid) && parentOf(pid) === parent);
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(/\) \S (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
  } catch {
    return undefined;
  }
}

describe('a worker', () => {
  it('to which no engine comes ends by itself', async () => {
    expect(await open({ request: { resultTtlMs: 50 } }).exited).toEqual({ code: 0, signal: null });
  });

  it('whose engine has gone finishes what it has, keeps the results for their time, and ends', async () => {
    const scene = open({ request: { resultTtlMs: 1000 } });
    const engine = await scene.ready();
    const actions = [engine.begin('echo', 1), engine.begin('late', { text: 'x', after: 1 }), engine.begin('echo', 3)];
    await engine.next('attempt.started');
    engine.break();
    await until('all results', async () => {
      const next = await scene.connect();
      const ended = next.session.state.unacknowledged.map((report) => report.action);
      next.break();
      return actions.every((action) => ended.includes(action));
    });
    expect(await scene.exited).toEqual({ code: 0, signal: null });
  });

  it('whose engine has gone ends what still runs when the time for results is over, and says why', async () => {
    const scene = open({ request: { resultTtlMs: 1000 } });
    const engine = await scene.ready();
    const seconds = uniqueSeconds();
    engine.begin('escape', { seconds });
    await until('the child runs', () => hasProcess(seconds));
    engine.break();
    expect(await scene.exited).toEqual({ code: 0, signal: null });
    expect(hasProcess(seconds)).toBe(false);
    expect(scene.errors.trim().split('\n').at(-1)).toBe('The worker has ended: no engine has been connected for 1000 ms.');
  });

  it('whose engine is there, or comes again, works on for longer than results are kept', async () => {
    const scene = open({ request: { resultTtlMs: 1000 } });
    const engine = await scene.ready();
    const action = engine.begin('wait', 1500);
    await engine.next('attempt.started');
    engine.break();
    const next = await scene.connect();
    expect((await next.outcome(action)).status).toBe('succeeded');
  });

  it('whose engine has gone keeps no runner for what was cancelled', async () => {
    const scene = open();
    const engine = await scene.ready();
    const runner = (await engine.value(engine.begin('pid'))) as number;
    const action = engine.begin('obey');
    await engine.next('attempt.started', (message) => message.action === action);
    engine.cancel(action);
    await engine.report(action);
    engine.break();
    await until('the end of the runner', () => !isAlive(runner));
    expect(scene.process.exitCode).toBe(null);
    const next = await scene.connect();
    expect(next.session.state.unacknowledged.map(({ outcome }) => outcome.status)).toContain('cancelled');
    expect(await next.value(next.begin('echo', 'by another runner'))).toBe('by another runner');
  });

  it('whose engine has gone makes no other runner ready where one had to be killed', async () => {
    const scene = open({ request: { resultTtlMs: 1000 } });
    const engine = await scene.ready();
    const runner = await engine.value(engine.begin('pid'));
    const action = engine.begin('hang');
    await engine.next('attempt.started', (message) => message.action === action);
    engine.cancel(action);
    // Its answer is behind that.
    const behind = engine.begin('echo', 2);
    engine.cancel(behind);
    await engine.report(behind);
    engine.break();
    const seen = new Set<number>();
    await until('the end of the worker', () => {
      for (const pid of childrenOf(scene.process.pid!)) seen.add(pid);
      return scene.process.exitCode !== null;
    });
    expect([...seen]).toEqual([runner]);
  });

  it('that is shut down ends when the last outcome is acknowledged, and not before', async () => {
    const scene = open();
    const engine = await scene.ready();
    const action = engine.begin('echo', 1);
    engine.session.send({ type: 'shutdown' });
    await engine.outcome(action);
    expect(scene.process.exitCode).toBe(null);
    engine.acknowledge(action);
    expect(await scene.exited).toEqual({ code: 0, signal: null });
    expect(await engine.isOver()).toContain('told to end');
  });

  it('that has nothing to do is shut down at once', async () => {
    const scene = open();
    const engine = await scene.ready();
    await engine.next('bundle.loaded');
    engine.session.send({ type: 'shutdown' });
    expect(await scene.exited).toEqual({ code: 0, signal: null });
  });

  it('that is shut down sends all output first', async () => {
    const scene = open();
    const engine = await scene.ready();
    const action = engine.begin('repeat', { descriptor: 1, text: 'x'.repeat(100_000), times: 50 });
    engine.session.send({ type: 'shutdown' });
    await engine.outcome(action);
    engine.acknowledge(action);
    expect(await scene.exited).toEqual({ code: 0, signal: null });
    await engine.isOver();
    expect(engine.output(action)).toHaveLength(5_000_000);
  });

  it('takes its runner, and all that this started, with it when it is asked to end', async () => {
    const scene = open();
    const engine = await scene.ready();
    const seconds = uniqueSeconds();
    engine.begin('escape', { seconds });
    await until('the child runs', () => hasProcess(seconds));
    scene.process.kill('SIGTERM');
    expect(await scene.exited).toEqual({ code: 0, signal: null });
    expect(hasProcess(seconds)).toBe(false);
  });

  it('takes its runner with it when it is killed', async () => {
    const scene = open();
    const engine = await scene.ready();
    const runner = (await engine.value(engine.begin('pid'))) as number;
    engine.begin('hang');
    scene.process.kill('SIGKILL');
    await scene.exited;
    await until('the end of the runner', () => !isAlive(runner));
  });

  it.runIf(hasNamespaces)('in a pid namespace takes all in it with it when it is killed', async () => {
    const scene = open({ pidNamespace: true });
    const engine = await scene.ready();
    const seconds = uniqueSeconds();
    engine.begin('escape', { seconds, orphaned: true });
    await until('the child runs', () => hasProcess(seconds));
    scene.process.kill('SIGKILL');
    await scene.exited;
    await until('the end of the child', () => !hasProcess(seconds));
  });

  it('says that it was started without being told what it is', async () => {
    const scene = open({ withoutSpec: true });
    expect((await scene.exited).code).toBe(1);
    expect(scene.errors).toContain('AMBIT_WORKER_SPEC');
  });

  it('says in one line why it cannot begin', async () => {
    const scene = open({ withoutSpec: true, ownEnv: { AMBIT_WORKER: '{' } });
    expect((await scene.exited).code).toBe(1);
    expect(scene.errors).toMatch(/^SyntaxError: .*\n$/);
  });

  it('says why it cannot listen', async () => {
    const scene = open({ listen: { unix: '/nowhere/at/all' } });
    expect((await scene.exited).code).not.toBe(0);
    expect(scene.errors).toContain('AMBIT_WORKER_LISTEN');
  });

  it('listens on a port where it is told to', async () => {
    const port = 20_000 + (process.pid % 20_000);
    const engine = await open({ listen: { tcp: port } }).ready();
    expect(await engine.value(engine.begin('echo', 'by tcp'))).toBe('by tcp');
  });
});
