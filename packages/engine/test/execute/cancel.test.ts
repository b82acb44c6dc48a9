import { describe, expect, it } from 'vitest';
import { memoryBuilder } from '@ambit/testkit';
import { environment } from '../support/test-project.ts';
import { gate, never, ofType, World } from '../support/world.ts';

const child = environment('child_env', { slow: {} });
const root = environment('root_env', { main: {} }, { dependsOn: [child] });

function untilAborted(running: { open(): void }): (task: { readonly signal: AbortSignal }) => Promise<never> {
  return ({ signal }) => {
    running.open();
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  };
}

describe('a run that is cancelled', () => {
  it('ends all its actions, and proves that nothing of it runs any more', async () => {
    const running = gate();
    const world = new World({
      cpu: 1,
      tasks: {
        'root_env.main': (task) => Promise.all([1, 2, 3].map((n) => task.call('child_env.slow', n))),
        'child_env.slow': untilAborted(running),
      },
    });
    const handle = await world.start(root, 'main');
    await running.opened;
    const proof = await handle.cancel('enough');
    expect(proof.confirmed).toBe(true);
    expect(await handle.outcome()).toMatchObject({ status: 'cancelled', reason: 'enough' });
    const events = await world.events(handle.name);
    const workers = ofType(events, 'worker.reserved').map(({ worker }) => worker);
    expect(proof.evidence.map(({ worker, mechanism }) => [worker, mechanism]).sort()).toEqual(
      workers.map((worker) => [worker, 'pid-namespace']).sort(),
    );
    expect(ofType(events, 'action.ended').map(({ status }) => status)).toEqual(['cancelled', 'cancelled', 'cancelled', 'cancelled']);
    expect(ofType(events, 'run.ended')).toEqual([
      expect.objectContaining({ status: 'cancelled', reason: 'enough', cancel: { confirmed: true, evidence: proof.evidence } }),
    ]);
    expect(await handle.cancel('again')).toEqual(proof);
    await world.engine.dispose();
    for await (const { id } of world.executor.list(world.runs.owner, never())) expect.fail(`${id} is left`);
  });

  it('does not wait for a task that does not listen longer than the grace', async () => {
    const running = gate();
    const world = new World({
      tasks: {
        'root_env.main': () => {
          running.open();
          return new Promise(() => undefined);
        },
      },
    });
    const handle = await world.start(root, 'main', [], { graceMs: 20 });
    await running.opened;
    await handle.cancel('enough');
    const events = await world.events(handle.name);
    expect(ofType(events, 'attempt.ended')).toMatchObject([{ outcome: 'cancelled' }]);
    expect(ofType(events, 'action.ended')).toMatchObject([{ status: 'cancelled' }]);
  });

  it('says where the end of a worker could not be proved', async () => {
    const running = gate();
    const world = new World({ tasks: { 'root_env.main': untilAborted(running) } });
    const handle = await world.start(root, 'main');
    await running.opened;
    world.executor.faults.unreachable = 'the network is down';
    const proof = await handle.cancel('enough');
    expect(proof.confirmed).toBe(false);
    expect(proof.evidence).toContainEqual({ worker: expect.any(String) as string, detail: 'the network is down' });
  });

  it('ends while its images are built, and leaves no build behind', async () => {
    const building = gate();
    let ended = false;
    const builder = memoryBuilder({
      hold: async () => {
        building.open();
        await new Promise(() => undefined);
      },
    });
    const world = new World({ builder, tasks: {} });
    const handle = await world.start(root, 'main');
    await building.opened;
    await handle.cancel('enough').then(() => (ended = true));
    expect(ended).toBe(true);
    expect(builder.built).toEqual([]);
    expect(ofType(await world.events(handle.name), 'image.ended')).toMatchObject([{ status: 'skipped' }]);
  });

  it('may be cancelled by who does not own it', async () => {
    const running = gate();
    const world = new World({ tasks: { 'root_env.main': untilAborted(running) } });
    const handle = await world.start(root, 'main');
    await running.opened;
    await world.runs.request(handle.name, { type: 'cancel', reason: 'somebody asked', by: 'somebody' });
    expect(await handle.outcome()).toMatchObject({ status: 'cancelled', reason: 'somebody asked' });
  });

  it('that has ended stays as it ended', async () => {
    const world = new World({ tasks: { 'root_env.main': () => 1 } });
    const { handle } = await world.run(root, 'main');
    expect(await handle.cancel('too late')).toMatchObject({ confirmed: true });
    expect(await handle.outcome()).toMatchObject({ status: 'succeeded' });
  });

  it('is what the end of its engine makes of it', async () => {
    const running = gate();
    const world = new World({ tasks: { 'root_env.main': untilAborted(running) } });
    const handle = await world.start(root, 'main');
    await running.opened;
    await world.engine.dispose();
    expect(await handle.outcome()).toMatchObject({ status: 'cancelled' });
  });
});
