import { afterAll, afterEach, beforeAll } from 'vitest';
import { buildWorker } from './built-worker.ts';
import type { BuiltWorker } from './built-worker.ts';
import { WorkerScene } from './worker-scene.ts';
import type { SceneOptions } from './worker-scene.ts';

/** For a file of tests: opens workers that are gone after each test. Their runner is the fake one where nothing else is said. */
export function workerScenes(): (options?: Partial<SceneOptions> & { readonly runner?: 'fake' | 'real' }) => WorkerScene {
  let built: BuiltWorker;
  const scenes: WorkerScene[] = [];
  beforeAll(async () => {
    built = await buildWorker();
  });
  afterEach(async () => {
    for (const scene of scenes.splice(0)) await scene.dispose();
  });
  afterAll(() => built.dispose());
  return ({ runner = 'fake', ...options } = {}) => {
    const scene = new WorkerScene({ runtimeDirectory: built[runner], ...options });
    scenes.push(scene);
    return scene;
  };
}
