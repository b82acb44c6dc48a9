import { describe, expect, it } from 'vitest';
import { memoryExecutor, recordingLogger } from '@ambit/testkit';
import { environment } from '../support/test-project.ts';
import { ofType, World } from '../support/world.ts';

const gibibyte = 2 ** 30;

describe('memory', () => {
  it('that waiting parents hold, and that their children wait for, ends the run with who holds what', async () => {
    const child = environment('child_env', { work: {} }, { resources: { memory: '6Gi' } });
    const root = environment('root_env', { main: {} }, { dependsOn: [child], resources: { memory: '4Gi' } });
    const world = new World({
      cpu: 4,
      memory: 8 * gibibyte,
      tasks: { 'root_env.main': (task) => task.call('child_env.work'), 'child_env.work': () => 1 },
    });
    const { outcome, events } = await world.run(root, 'main');
    expect(outcome).toMatchObject({
      status: 'failed',
      error: {
        code: 'AMBIT_RUN_STUCK',
        message: expect.stringContaining('root_env.main keeps 4Gi of memory.') as string,
        failure: 'resources',
        facts: {
          waits: [{ environment: 'child_env', executor: 'local', actions: 1 }],
          holds: [{ task: 'root_env.main', environment: 'root_env', memory: 4 * gibibyte }],
        },
      },
    });
    expect(ofType(events, 'action.ended').map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
  });

  it('is given back by workers that nothing waits for', async () => {
    const a = environment('a_env', { work: {} }, { resources: { memory: '6Gi' } });
    const b = environment('b_env', { work: {} }, { resources: { memory: '6Gi' } });
    const root = environment('root_env', { main: {} }, { dependsOn: [a, b] });
    const world = new World({
      cpu: 4,
      memory: 8 * gibibyte,
      tasks: {
        'root_env.main': async (task) => [await task.call('a_env.work'), await task.call('b_env.work'), await task.call('a_env.work')],
        'a_env.work': () => 'a',
        'b_env.work': () => 'b',
      },
    });
    expect((await world.run(root, 'main')).value).toEqual(['a', 'b', 'a']);
  });

  it('that is in use is waited for', async () => {
    const child = environment('child_env', { work: {} }, { resources: { memory: '6Gi' } });
    const root = environment('root_env', { main: {} }, { dependsOn: [child] });
    const world = new World({ tasks: { 'root_env.main': (task) => task.call('child_env.work'), 'child_env.work': () => 1 } });
    world.executor.faults.wait = 20;
    expect((await world.run(root, 'main')).value).toBe(1);
  });

  it('that other runs have is waited for, though parents of this one have some too', async () => {
    const child = environment('child_env', { work: {} }, { resources: { memory: '4Gi' } });
    const root = environment('root_env', { main: {} }, { dependsOn: [child], resources: { memory: '4Gi' } });
    const log = recordingLogger();
    const world = new World({
      log,
      memory: 8 * gibibyte,
      tasks: { 'root_env.main': (task) => task.call('child_env.work'), 'child_env.work': () => 1 },
    });
    const reserve = world.executor.reserve.bind(world.executor);
    let asked = 0;
    world.executor.reserve = async (request, ...rest) => {
      const isHeld = request.environment === 'child_env' && (asked += 1) <= 20;
      return isHeld ? { outcome: 'wait', reason: 'another run has it', retryAfterMs: 1, othersHold: true } : reserve(request, ...rest);
    };
    expect((await world.run(root, 'main')).value).toBe(1);
    expect(log.entries.filter(({ level }) => level === 'warn').map(({ message }) => message)).toEqual([
      'child_env waits for a place on local: another run has it.',
    ]);
  });

  it('that no place has is said at once', async () => {
    const root = environment('root_env', { main: {} });
    const executor = memoryExecutor();
    executor.reserve = async () => ({ outcome: 'never', reason: 'it is too large', hint: 'Ask for less.' });
    const world = new World({ executor });
    expect((await world.run(root, 'main')).outcome).toMatchObject({
      status: 'failed',
      error: {
        code: 'AMBIT_PLACE_NEVER',
        failure: 'resources',
        message: expect.stringContaining('it is too large') as string,
        hint: 'Ask for less.',
      },
    });
  });
});
