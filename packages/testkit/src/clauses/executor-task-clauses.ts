import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import type { Clause } from './clause.ts';
import type { SeenWorld } from './conformance-tasks.ts';
import type { ExecutorContext } from './contexts.ts';
import { protocolClause } from './executor-greeting.ts';
import { WorkerAtWork } from './executor-work.ts';
import { patient } from './expect.ts';

/** What the tasks of a worker see, and what goes to and from them. */
export const taskClauses: readonly Clause<ExecutorContext>[] = [
  protocolClause(
    'EX-TASK-01',
    'What is sent to a worker and what comes back are the same bytes, large ones too, in both directions at once.',
    async (scene) => {
      const executor = scene.open();
      const { handle } = await scene.launch(executor);
      const work = await WorkerAtWork.reach(scene, executor, handle, randomBytes(2_000_000));
      const values = [new Uint8Array(randomBytes(190_000)), 'ünïcode \ud83d\ude00 \u0000', new Uint8Array(randomBytes(150_000))];
      for (const value of values) assert.deepEqual(await work.run('conform.echo', value), value);
      await work.session.close('the clause is over');
    },
  ),
  protocolClause(
    'EX-TASK-02',
    'A task sees the variables of its request as they are, and none of the process that runs the engine.',
    async (scene) => {
      const stray = `stray-${randomInt(1e9)}`;
      process.env['AMBIT_CONFORM_STRAY'] = stray;
      try {
        const executor = scene.open();
        const env = { PLAIN: 'one', SPACED: ' a b\n$HOME "c" ', EMPTY: '', WIDE: 'ü\ud83d\ude00' };
        const { handle } = await scene.launch(executor, { env });
        const work = await WorkerAtWork.reach(scene, executor, handle);
        const seen = ((await work.run('conform.world')) as SeenWorld).env;
        assert.deepEqual(Object.fromEntries(Object.keys(env).map((name) => [name, seen[name]])), env);
        assert.deepEqual(
          Object.keys(seen).filter((name) => seen[name]?.includes(stray)),
          [],
        );
        await work.session.close('the clause is over');
      } finally {
        delete process.env['AMBIT_CONFORM_STRAY'];
      }
    },
  ),
  protocolClause('EX-TASK-03', 'A task works in the folder that its request names.', async (scene) => {
    const executor = scene.open();
    const { handle } = await scene.launch(executor, { workdir: '/' });
    const work = await WorkerAtWork.reach(scene, executor, handle);
    assert.equal(((await work.run('conform.world')) as SeenWorld).directory, '/');
    await work.session.close('the clause is over');
  }),
  protocolClause(
    'EX-TASK-04',
    'Where its request names no folder, each task works in an empty one, whatever others left in theirs.',
    async (scene) => {
      const executor = scene.open();
      const { handle } = await scene.launch(executor);
      const work = await WorkerAtWork.reach(scene, executor, handle);
      for (const leave of ['first', 'second']) assert.deepEqual(((await work.run('conform.world', leave)) as SeenWorld).names, []);
      await work.session.close('the clause is over');
    },
  ),
  protocolClause(
    'EX-TASK-05',
    'A worker that is told to shut down leaves: it is told as ended, and is found to be gone.',
    async (scene) => {
      const executor = scene.open();
      const { reservation, handle } = await scene.launch(executor);
      const observation = scene.observe(executor);
      const { session } = await WorkerAtWork.reach(scene, executor, handle);
      session.send({ type: 'shutdown' });
      await observation.told('ended', handle.id);
      assert.equal((await executor.find(reservation, patient())).is, 'gone');
      await observation.end();
    },
  ),
  protocolClause(
    'EX-TASK-06',
    'A stop that is proved leaves nothing of what the tasks started, also where that left its session.',
    async (scene) => {
      if (!scene.context.processLives) return { notClaimed: 'the processes of this place cannot be seen' };
      const executor = scene.open();
      const { handle } = await scene.launch(executor);
      const work = await WorkerAtWork.reach(scene, executor, handle);
      const argument = `offspring-${randomBytes(8).toString('hex')}`;
      await work.run('conform.offspring', argument);
      if (!(await scene.context.processLives(argument))) return { notClaimed: 'the processes of this place cannot be seen' };
      const { stopped } = await executor.stop(handle, { graceMs: 0 }, patient());
      if (stopped !== 'proved') return { notClaimed: 'this place proves no stop' };
      assert.ok(!(await scene.context.processLives(argument)), 'a process that a task started lives on');
      return undefined;
    },
  ),
];
