import { describe, expect, it } from 'vitest';
import { AmbitError } from '@ambit/plugin-api';
import type { ExecutorDescription, Placement } from '@ambit/plugin-api';
import { memoryExecutor } from '@ambit/testkit';
import type { WantedRuntime } from '../../src/index.ts';
import { environment } from '../support/test-project.ts';
import { ofType, World } from '../support/world.ts';

const root = environment('root_env', { main: {} });
const tasks = { 'root_env.main': () => 'done' };

function runtimeOf({ kind }: WantedRuntime): Placement['runtime'] {
  return { digest: `sha256:${'0'.repeat(64)}`, locations: [{ kind: 'host-directory', machine: 'memory', path: `/${kind}` }] };
}

describe('the runtime of a worker', () => {
  it.each<ExecutorDescription['runtime']>([['directory'], ['copied', 'image']])(
    'is of the kind that its executor wants first: %s',
    async (...kinds) => {
      const executor = memoryExecutor({ tasks, describe: { runtime: kinds } });
      const placed: Placement[] = [];
      const start = executor.start.bind(executor);
      executor.start = (reservation, placement, signal) => {
        placed.push(placement);
        return start(reservation, placement, signal);
      };
      const asked: WantedRuntime[] = [];
      const runtime = async (wanted: WantedRuntime): Promise<Placement['runtime']> => {
        asked.push(wanted);
        return runtimeOf(wanted);
      };
      const world = new World({ executor, runtime });
      expect((await world.run(root, 'main')).value).toBe('done');
      expect(asked).toEqual([{ kind: kinds[0], platform: 'linux/amd64' }]);
      expect(placed.map((each) => each.runtime)).toEqual([runtimeOf({ kind: kinds[0]!, platform: '' })]);
    },
  );
});

describe('a worker that cannot be started', () => {
  it('for what somebody has to change is not tried again', async () => {
    const executor = memoryExecutor({ tasks });
    executor.start = async () => {
      const facts = { failure: 'configuration' };
      throw new AmbitError('AMBIT_WORKER_NOT_STARTED', 'The network lab is not there.', { hint: 'Make it.', facts });
    };
    const { outcome, events } = await new World({ executor }).run(root, 'main');
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { failure: 'configuration', code: 'AMBIT_WORKER_NOT_STARTED', hint: 'Make it.' },
    });
    expect(ofType(events, 'worker.start-requested')).toHaveLength(1);
  });
});
