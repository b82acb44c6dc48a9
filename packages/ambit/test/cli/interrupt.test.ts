import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TestProject, jsonLines } from './test-project.ts';
import type { Running } from './test-project.ts';

const main = `import { TaskEnvironment } from 'ambit';
const env = new TaskEnvironment({ name: 'e' });
const sub = new TaskEnvironment({ name: 'sub' });
const top = new TaskEnvironment({ name: 'top', dependsOn: [sub] });
const forever = () => new Promise<void>((resolve) => setTimeout(resolve, 60_000));
export const sleep = sub.task('sleep', async () => { console.log('sleeping'); await forever(); });
export const main = top.task('main', async () => { await Promise.all([sleep(), sleep()]); });
export const polite = env.task('polite', async () => { console.log('sleeping'); await forever(); });
if (process.env['STRAY']) setTimeout(() => void Promise.reject(new Error('from a timer')), 1200);
`;

let project: TestProject;
beforeAll(async () => {
  project = await TestProject.make({ 'main.ts': main, 'loads.ts': `console.log('loading'); while (true);` });
});
afterAll(() => project.remove());

async function started(...words: string[]): Promise<Running> {
  const running = project.start(['run', 'main.ts', ...words]);
  await running.until('sleeping');
  return running;
}

describe('Ctrl-C', () => {
  afterEach(() => expect(project.leftovers()).toEqual([]));

  it('cancels the run, and proves that all of it has stopped', async () => {
    const running = await started('main', '--json');
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    expect([130, 131]).toContain(code);
    const document = JSON.parse(stdout) as { readonly cancel: { readonly confirmed: boolean; readonly evidence: readonly object[] } };
    expect(document).toMatchObject({ version: 1, status: 'cancelled', task: 'top.main', cancel: { confirmed: code === 130 } });
    expect(document.cancel.evidence.length).toBeGreaterThanOrEqual(2);
    expect(stderr).toContain('Press Ctrl-C again');
  });

  it('is remembered where the run is just being started', async () => {
    const running = project.start(['run', 'main.ts', 'polite', '--json=events']);
    await running.until('plan.ready');
    running.child.kill('SIGINT');
    const { code, stdout } = await running.ended;
    expect([130, 131]).toContain(code);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ type: 'run.ended', run: { status: 'cancelled' } });
  });

  it('ends a file that never ends loading', async () => {
    const running = project.start(['run', 'loads.ts']);
    await running.until('loading');
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
  });

  it('from a system that shuts down is the same', async () => {
    const running = await started('polite');
    running.child.kill('SIGTERM');
    expect([130, 131]).toContain((await running.ended).code);
  });
});

describe('Ctrl-C, twice', () => {
  it('leaves at once, and says what may still live', async () => {
    const running = await started('polite');
    running.child.kill('SIGINT');
    await running.until('Press Ctrl-C again');
    running.child.kill('SIGINT');
    const { code, stderr } = await running.ended;
    expect(code).toBe(131);
    expect(stderr).toMatch(/These may still be alive[^]*worker e-\w+ of e, on local \(local\)\nTo stop them: ambit runs cancel \S+/);
    for (const { pid } of project.processes())
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended with another of its namespace.
      }
  });
});

describe('an error that nobody catches, thrown by the file outside of its tasks', () => {
  it('ends the run in order', async () => {
    const { code, stderr } = await project.ambit(['run', 'main.ts', 'polite'], { env: { STRAY: '1' } });
    expect(code).toBe(2);
    expect(stderr).toContain('from a timer');
    expect(stderr).toContain('AMBIT_LOAD_STRAY');
    expect(project.processes()).toEqual([]);
  });
});
