import { describe, expect, it } from 'vitest';
import { workerScenes } from './scenes.ts';

const open = workerScenes();

describe('a runner that ends', () => {
  it.each([
    ['exit', 0, 'user', 'AMBIT_TASK_EXITED'],
    ['exit', 3, 'user', 'AMBIT_TASK_EXITED'],
    ['signal', 'SIGSEGV', 'user', 'AMBIT_TASK_CRASHED'],
    ['signal', 'SIGBUS', 'user', 'AMBIT_TASK_CRASHED'],
    ['signal', 'SIGILL', 'user', 'AMBIT_TASK_CRASHED'],
    ['signal', 'SIGFPE', 'user', 'AMBIT_TASK_CRASHED'],
    ['signal', 'SIGABRT', 'user', 'AMBIT_TASK_CRASHED'],
    ['heap', undefined, 'resources', 'AMBIT_TASK_OUT_OF_MEMORY'],
    ['signal', 'SIGKILL', 'infrastructure', 'AMBIT_RUNNER_KILLED'],
    ['signal', 'SIGTERM', 'infrastructure', 'AMBIT_RUNNER_KILLED'],
    ['dying', { code: 'AMBIT_TASK_UNHANDLED', message: 'a promise' }, 'user', 'AMBIT_TASK_UNHANDLED'],
    ['junk', undefined, 'user', 'AMBIT_TASK_CRASHED'],
  ])('by %s %s is a failure of class %s, and the next attempt has a fresh one', async (task, input, failure, code) => {
    const engine = await open().ready();
    const report = await engine.report(engine.begin(task, input));
    expect(report).toMatchObject({ outcome: { status: 'failed', failure, code }, tainted: true });
    expect(await engine.value(engine.begin('echo', 1))).toBe(1);
  });

  it('while it loads code fails the attempt that waits, and only that', async () => {
    const engine = await open().ready({ how: 'exit' });
    expect(await engine.next('bundle.loaded')).toMatchObject({ failure: 'user', code: 'AMBIT_TASK_EXITED' });
    expect(await engine.run('echo')).toMatchObject({ failure: 'user', code: 'AMBIT_TASK_EXITED' });
    engine.sendBundle({}, 'sha256:mended');
    expect(await engine.value(engine.begin('echo', 2, { bundle: 'sha256:mended' }))).toBe(2);
  });

  it('says in the failure that it cannot be started at all', async () => {
    const engine = await open({ machineEnv: { PATH: '/nowhere', NODE_OPTIONS: '--no-such-option' } }).ready();
    const outcome = await engine.run('echo');
    expect(outcome).toMatchObject({ failure: 'infrastructure', code: 'AMBIT_RUNNER_NOT_STARTED' });
    expect(outcome).toHaveProperty('message', expect.stringContaining('--no-such-option'));
  });
});

describe('code that cannot be loaded', () => {
  it('fails what waits for it as its error says, with what it wrote', async () => {
    const engine = await open().ready({ how: 'fail', say: 'about to fail\n' });
    const action = engine.begin('echo');
    expect(await engine.outcome(action)).toMatchObject({ failure: 'user', code: 'AMBIT_BUNDLE_FAILED', error: { name: 'TypeError' } });
    expect(engine.output(action).toString()).toBe('about to fail\n');
    expect(await engine.next('bundle.loaded')).toMatchObject({ failure: 'user', code: 'AMBIT_BUNDLE_FAILED' });
  });
});
