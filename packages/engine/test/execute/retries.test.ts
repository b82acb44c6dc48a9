import { describe, expect, it } from 'vitest';
import { environment } from '../support/test-project.ts';
import { ofType, World } from '../support/world.ts';
import type { StoredEvent } from '../support/world.ts';

const child = environment('child_env', { flaky: { retries: 2 }, plain: {} });
const root = environment('root_env', { main: {}, stubborn: { retries: 2 } }, { dependsOn: [child] });

function outcomes(events: readonly StoredEvent[], task: string): readonly string[] {
  const ids = ofType(events, 'action.created').filter((each) => each.task === task);
  return ofType(events, 'attempt.ended')
    .filter(({ action }) => ids.some((each) => each.action === action))
    .map(({ outcome }) => outcome);
}

describe('retries', () => {
  it('repeat what failed, as often as the task says', async () => {
    let tries = 0;
    const world = new World({
      tasks: {
        'root_env.main': (task) => task.call('child_env.flaky'),
        'child_env.flaky': ({ attempt }) => {
          tries += 1;
          if (tries < 3) throw new Error(`try ${tries}`);
          return attempt;
        },
      },
    });
    const { value, events } = await world.run(root, 'main');
    expect(value).toBe(3);
    expect(outcomes(events, 'child_env.flaky')).toEqual(['failed', 'failed', 'succeeded']);
    expect(outcomes(events, 'root_env.main')).toEqual(['succeeded']);
  });

  it('end with the last failure, once they are used up', async () => {
    const world = new World({
      tasks: {
        'root_env.main': (task) => task.call('child_env.flaky'),
        'child_env.flaky': ({ attempt }) => {
          throw new Error(`try ${attempt}`);
        },
      },
    });
    const { outcome, events } = await world.run(root, 'main');
    expect(outcome).toMatchObject({ error: { cause: { attempt: 3, message: 'child_env.flaky: Error: try 3' } } });
    expect(outcomes(events, 'child_env.flaky')).toHaveLength(3);
  });

  it('are not made for what the task says cannot be helped', async () => {
    const world = new World({
      tasks: {
        'root_env.main': (task) => task.call('child_env.flaky'),
        'child_env.flaky': () => {
          throw Object.assign(new Error('never'), { [Symbol.for('ambit.non-retryable/1')]: true });
        },
      },
    });
    expect(outcomes((await world.run(root, 'main')).events, 'child_env.flaky')).toEqual(['failed']);
  });

  it('of a parent are not spent on the failure of a child', async () => {
    const world = new World({
      tasks: {
        'root_env.stubborn': (task) => task.call('child_env.plain'),
        'child_env.plain': () => {
          throw new Error('no');
        },
      },
    });
    const { events } = await world.run(root, 'stubborn');
    expect(outcomes(events, 'root_env.stubborn')).toEqual(['failed']);
    expect(outcomes(events, 'child_env.plain')).toEqual(['failed']);
  });

  it('of a parent run failed children again, and keep what others gave', async () => {
    const runs: string[] = [];
    const world = new World({
      tasks: {
        'root_env.stubborn': async (task) => {
          const kept = await task.call('child_env.plain', 'good');
          const failed = await task.call('child_env.plain', 'bad').then(
            () => false,
            () => true,
          );
          if (failed) throw new Error('the parent minds');
          return kept;
        },
        'child_env.plain': (_, name: string) => {
          runs.push(name);
          if (name === 'bad' && runs.length < 3) throw new Error('bad');
          return name;
        },
      },
    });
    const { value, events } = await world.run(root, 'stubborn');
    expect(value).toBe('good');
    expect(runs).toEqual(['good', 'bad', 'bad']);
    expect(outcomes(events, 'root_env.stubborn')).toEqual(['failed', 'succeeded']);
    expect(ofType(events, 'action.reopened')).toHaveLength(1);
    expect(ofType(events, 'action.created')).toHaveLength(3);
  });

  it('are made after a timeout too', async () => {
    const slow = environment('slow_env', { wait: { timeout: 10, retries: 1 } });
    const world = new World({
      tasks: { 'slow_env.wait': ({ attempt }) => (attempt === 1 ? new Promise(() => undefined) : 'in time') },
    });
    expect((await world.run(slow, 'wait')).value).toBe('in time');
  });
});
