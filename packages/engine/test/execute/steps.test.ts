import { describe, expect, it } from 'vitest';
import { environment } from '../support/test-project.ts';
import { ofType, World } from '../support/world.ts';

const root = environment('root_env', { main: { retries: 1 } });

describe('what a task says while it runs', () => {
  it('of steps is recorded, once each', async () => {
    const world = new World({
      tasks: {
        'root_env.main': (task) => {
          task.step(2, 'seed', 7);
          task.step(1, 'now', 'noon');
          task.step(2, 'seed', 8);
          if (task.attempt === 1) throw new Error('again');
        },
      },
    });
    const { events } = await world.run(root, 'main');
    const action = expect.any(String) as string;
    expect(ofType(events, 'step.recorded')).toEqual([
      { action, attempt: 1, step: 2, name: 'seed', value: '7' },
      { action, attempt: 1, step: 1, name: 'now', value: '"noon"' },
      { action, attempt: 2, step: 2, name: 'seed', value: '7' },
      { action, attempt: 2, step: 1, name: 'now', value: '"noon"' },
    ]);
    const types = events.map(({ type }) => type);
    expect(types.indexOf('step.recorded')).toBeLessThan(types.indexOf('attempt.ended'));
  });

  it('of its progress is shown, and not stored', async () => {
    const shown: unknown[] = [];
    const world = new World({
      tasks: { 'root_env.main': (task) => task.progress({ done: 3, total: 10, note: 'chunk 3' }) },
    });
    const { events } = await world.run(root, 'main', [], {
      onEvent: ({ type, data }) => type === 'attempt.progress' && shown.push(data),
    });
    const progress = { done: 3, total: 10, note: 'chunk 3' };
    expect(shown).toEqual([{ action: expect.any(String) as string, attempt: 1, task: 'root_env.main', progress }]);
    expect(events.map(({ type }) => type)).not.toContain('attempt.progress');
  });
});
