import type { Reservation, WorkerHandle } from '@ambit/plugin-api';
import type { ExecutorContext } from '@ambit/testkit';
import type { LocalExecutorParts } from '../../src/executor/local-executor.ts';
import { ExecutorPlace, lifeOf } from './executor-place.ts';

/** Nothing is run on them: it shows who is given which. */
const gpus = ['gpu-0', 'gpu-1'].map((id) => ({ id, model: 'A100', memory: 2 ** 36 }));

/** What executor clauses run against: real workers of this machine. */
export async function localContext(parts: Partial<LocalExecutorParts> = {}): Promise<ExecutorContext> {
  const place = new ExecutorPlace();
  const placement = await place.placement();
  return {
    open: () => place.open({ options: { gpus }, ...parts }),
    request: (chosen) => place.request({ ...chosen, resources: { cpu: { request: 1 }, memory: { request: 2 ** 26, limit: 2 ** 26 } } }),
    placement,
    kill: async (handle: WorkerHandle) => void process.kill(lifeOf(handle), 'SIGKILL'),
    expire: async ({ expiresAt = '' }: Reservation) => place.clock.advance(Date.parse(expiresAt) - place.clock.now().getTime()),
    dispose: () => place.dispose(),
  };
}
