import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { buildRunner } from './built-runner.ts';
import type { BuiltRunner } from './built-runner.ts';
import { RunnerProcess } from './runner-process.ts';

type Start = Parameters<typeof RunnerProcess.start> extends [string, ...infer Rest] ? Rest : never;

/** A runner of each test's own, handed over before it. */
export function useRunner(take: (runner: RunnerProcess) => unknown, ...start: Start): void {
  let built: BuiltRunner;
  let runner: RunnerProcess;
  beforeAll(async () => {
    built = await buildRunner();
  });
  afterAll(() => built.dispose());
  beforeEach(async () => {
    runner = await RunnerProcess.start(built.directory, ...start);
    await take(runner);
  });
  afterEach(() => runner.dispose());
}
