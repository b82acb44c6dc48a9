import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryRunGround, memoryRuns, testClock } from '@ambit/testkit';
import type { RunStore } from '@ambit/plugin-api';
import { createEngine } from '../../src/index.ts';
import type { Engine, EngineParts, RunHandle } from '../../src/index.ts';
import { environment } from '../support/test-project.ts';
import { gate, never, ofType, World } from '../support/world.ts';

const child = environment('child_env', { slow: {} });
const root = environment('root_env', { main: {} }, { dependsOn: [child] });

/** A run, and what another engine of a later time has. */
class Scene {
  readonly #ground = memoryRunGround();
  readonly #clock = testClock();
  readonly world: World;
  readonly running = gate();
  readonly finish = gate();
  readonly #engines: Engine[] = [];
  readonly later: RunStore;

  constructor() {
    this.world = new World({
      runs: memoryRuns({ ground: this.#ground, clock: testClock() }),
      tasks: {
        'root_env.main': (task) => task.call('child_env.slow'),
        'child_env.slow': async () => {
          this.running.open();
          await this.finish.opened;
          return 1;
        },
      },
    });
    this.later = memoryRuns({ ground: this.#ground, clock: this.#clock });
  }

  async start(): Promise<RunHandle> {
    const handle = await this.world.start(root, 'main');
    handle.outcome().catch(() => undefined);
    await this.running.opened;
    return handle;
  }

  /** The first engine says nothing more. */
  passTime(): void {
    this.#clock.advance(60_000);
  }

  engine(parts: Partial<EngineParts> = {}): Engine {
    const engine = createEngine({ ...this.world.parts, runs: this.later, clock: this.#clock, ...parts });
    this.#engines.push(engine);
    return engine;
  }

  async left(): Promise<readonly string[]> {
    const ids: string[] = [];
    for await (const { id } of this.world.executor.list(this.world.runs.owner, never())) ids.push(id);
    return ids;
  }

  async dispose(): Promise<void> {
    this.finish.open();
    for (const engine of [this.world.engine, ...this.#engines]) await engine.dispose();
  }
}

let scene: Scene;
beforeEach(() => {
  scene = new Scene();
});
afterEach(() => scene.dispose());

describe('a run that its engine has left', () => {
  it('is cancelled with proof: its workers are stopped, and its end is recorded', async () => {
    const { name } = await scene.start();
    scene.passTime();
    const { outcome, ...cancel } = { confirmed: false, evidence: [], ...(await scene.engine().cancelLeft(name, 'enough', never())) };
    const events = await scene.world.events(name);
    const workers = ofType(events, 'worker.reserved').map(({ worker }) => worker);
    expect(outcome).toBe('cancelled');
    expect(cancel.confirmed).toBe(true);
    expect(cancel.evidence).toEqual(
      workers.map((worker) => ({ worker, mechanism: 'pid-namespace', detail: expect.any(String) as unknown })),
    );
    expect(await scene.left()).toEqual([]);
    expect(ofType(events, 'attempt.ended').map((ended) => ended.outcome)).toEqual(['cancelled', 'cancelled']);
    expect(ofType(events, 'action.ended')).toMatchObject([
      { status: 'cancelled', reason: 'enough' },
      { status: 'cancelled', reason: 'enough' },
    ]);
    expect(events.at(-1)).toMatchObject({ type: 'run.ended', data: { status: 'cancelled', reason: 'enough', cancel } });
    expect(await scene.engine().cancelLeft(name, 'again', never())).toEqual({ outcome: 'over' });
  });

  it('does not end where a worker may still live, and can be asked for again', async () => {
    const { name } = await scene.start();
    scene.passTime();
    scene.world.executor.faults.unreachable = 'its cable was pulled';
    const first = await scene.engine().cancelLeft(name, 'enough', never());
    expect(first).toMatchObject({ outcome: 'unreachable', confirmed: false });
    expect(JSON.stringify(first)).toContain('its cable was pulled');
    expect(ofType(await scene.world.events(name), 'run.ended')).toEqual([]);
    delete scene.world.executor.faults.unreachable;
    expect(await scene.engine().cancelLeft(name, 'enough', never())).toMatchObject({ outcome: 'cancelled' });
    expect(await scene.left()).toEqual([]);
  });

  it('does not end where nobody knows the executor any more', async () => {
    const { name } = await scene.start();
    scene.passTime();
    const answer = await scene.engine({ executors: new Map() }).cancelLeft(name, 'enough', never());
    expect(answer).toMatchObject({ outcome: 'unreachable', confirmed: false });
    expect(JSON.stringify(answer)).toContain('no executor local');
  });

  it('is left alone while it has an engine', async () => {
    const { name } = await scene.start();
    expect(await scene.engine().cancelLeft(name, 'enough', never())).toEqual({ outcome: 'held' });
    expect(await scene.left()).not.toEqual([]);
  });
});
