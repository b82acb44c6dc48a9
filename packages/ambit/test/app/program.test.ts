import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestProject, jsonLines } from '../cli/test-project.ts';

const tasks = `import { TaskEnvironment } from 'ambit';
const env = new TaskEnvironment({ name: 'e' });
export const greet = env.task('greet', async (name) => { console.log('working'); return 'Hello, ' + name + '!'; });
export const sizes = env.task('sizes', async (file, data) => [file.name, file.size, await file.text(), data.name, await data.file('sub/a.txt').text()]);
export const fails = env.task('fails', async () => { throw new RangeError('nope', { cause: new TypeError('odd') }); });
export const sleep = env.task('sleep', async () => { console.log('sleeping'); await new Promise((r) => setTimeout(r, 60_000)); });
const hidden = env.task('hidden', async () => 1);
export { env, hidden as other };
`;

/** A program that prints what it found out, a line of JSON each. */
const program = (
  body: string,
  imports = '',
): string => `import { AmbitError, TaskError, TaskEnvironment, initFromConfig, isMain } from 'ambit';
import { greet, sizes, fails, sleep, env } from './tasks.mjs';
${imports}
const say = (value) => console.log(JSON.stringify(value));
const refusal = async (act) => { try { await act(); } catch (error) { return { ambit: AmbitError.is(error), code: error.code, name: error.name, message: error.message }; } };
${body}`;

let project: TestProject;
beforeAll(async () => {
  project = await TestProject.make({ 'tasks.mjs': tasks });
});
afterAll(() => project.remove());

async function run(body: string, imports?: string): Promise<readonly unknown[]> {
  await project.write({ 'main.mjs': program(body, imports) });
  const { code, stdout, stderr } = await project.node(['main.mjs']).ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(project.leftovers()).toEqual([]);
  return jsonLines(stdout);
}

describe('a program', () => {
  it('runs a task, gets its result, and sees its events and logs', async () => {
    const [told] = await run(`
const app = await initFromConfig();
const run = await app.with({ name: 'mine-1', tags: { kind: 'test' } }).run(greet, 'you');
const during = await run.status();
const events = [];
for await (const { seq, type, at } of run.events()) events.push([seq, type, at instanceof Date]);
const lines = [];
for await (const line of run.logs({ follow: true })) lines.push(line);
say({ name: run.name, url: run.url, during, result: await run.result(), outcome: await run.outcome(), status: await run.status(),
  first: events[0], last: events.at(-1).slice(1), lines });
await app.close();`);
    expect(told).toMatchObject({
      name: 'mine-1',
      url: expect.stringMatching(/^file:\/\/.*\/runs\/mine-1\.db$/) as string,
      during: expect.stringMatching(/^(queued|building|running)$/) as string,
      result: 'Hello, you!',
      outcome: { status: 'succeeded', value: 'Hello, you!' },
      status: 'succeeded',
      first: [1, 'run.created', true],
      last: ['run.ended', true],
      lines: [{ stream: 'stdout', text: 'working', attempt: 1 }],
    });
  });

  it('hands over files and directories, also those that it made before it had an app, and reads those of results', async () => {
    const [early, late] = (await run(
      `
const made = await Directory.newLocal();
await mkdir(await made.path() + '/sub');
await writeFile(await made.path() + '/sub/a.txt', 'a ' + Math.random());
const stored = await Directory.fromLocal(await made.path());
const file = await File.from('early ' + Math.random(), 'early.txt');
const app = await initFromConfig();
const text = await file.text();
say({ right: [text, await stored.file('sub/a.txt').text()], got: await (await app.run(sizes, file, stored)).result() });
say({ right: await made.file('sub/a.txt').text(), got: await (await app.run(sizes, stored.file('sub/a.txt'), made)).result() });
await app.close();`,
      "import { mkdir, writeFile } from 'node:fs/promises';\nimport { Directory, File } from 'ambit';",
    )) as [{ right: string[]; got: unknown[] }, { right: string; got: unknown[] }];
    const [text, a] = early.right as [string, string];
    expect(early.got).toEqual(['early.txt', text.length, text, expect.stringMatching(/^new-/), a]);
    expect(late.got).toEqual(['sub/a.txt', a.length, a, 'directory', late.right]);
  });

  it('gets a failure as an error with its cause', async () => {
    const [told] = await run(`
const app = await initFromConfig();
const run = await app.run(fails);
const outcome = await run.outcome();
try { await run.result(); } catch (error) {
  say({ status: outcome.status, same: outcome.error === error, task: error instanceof TaskError && error.task, failure: error.failure,
    attempt: error.attempt, message: error.message, name: error.cause?.name, deep: error.cause?.message });
}
await app.close();`);
    expect(told).toMatchObject({
      status: 'failed',
      same: true,
      task: 'e.fails',
      failure: 'user',
      attempt: 1,
      message: expect.stringContaining('RangeError: nope') as string,
    });
  });

  it('cancels by itself, and by a signal', async () => {
    const [cancelled, aborted, late] = await run(`
const app = await initFromConfig();
const run = await app.run(sleep);
for await (const { type } of run.events()) if (type === 'attempt.started') break;
say({ ...(await run.cancel('enough')), outcome: await run.outcome(), refusal: await refusal(() => run.result()) });
const controller = new AbortController();
const other = await app.with({ signal: controller.signal }).run(sleep);
for await (const { type } of other.events()) if (type === 'attempt.started') break;
controller.abort();
say(await other.outcome());
say(await refusal(() => app.with({ signal: controller.signal }).run(sleep)));
await app.close();`);
    expect(cancelled).toMatchObject({
      confirmed: expect.any(Boolean) as boolean,
      evidence: [{ worker: expect.any(String) as string }],
      outcome: { status: 'cancelled', reason: 'enough' },
      refusal: { code: 'AMBIT_RUN_CANCELLED' },
    });
    expect(aborted).toMatchObject({ status: 'cancelled', reason: 'its signal was aborted' });
    expect(late).toMatchObject({ name: 'AbortError' });
  });

  it('plans tasks and environments, and closes', async () => {
    const [plan, both, closed, again] = await run(`
const app = await initFromConfig({ config: { builder: 'host' } });
say(await app.plan(greet));
say((await app.plan(env, fails)).targets);
await app.close();
say(await refusal(() => app.run(greet, 'x')));
await app.close();
say('closed twice');`);
    expect(plan).toMatchObject({
      targets: ['e.greet'],
      environments: [{ name: 'e', builder: 'host', builderBy: 'configuration' }],
      diagnostics: [],
    });
    expect(both).toEqual(['e', 'e.fails']);
    expect(closed).toMatchObject({ ambit: true, code: 'AMBIT_APP_CLOSED' });
    expect(again).toBe('closed twice');
  });

  it('hears what is wrong', async () => {
    const told = await run(`
const here = new TaskEnvironment({ name: 'here' });
const local = here.task('local', async () => 1);
if (isMain(import.meta)) await main();
async function main() {
const app = await initFromConfig();
say(await refusal(() => app.run(local)));
say(await refusal(() => app.run(() => 1)));
say(await refusal(() => app.run(greet, () => 1)));
say(await refusal(() => app.plan()));
say(await refusal(async () => app.with({ nmae: 'x' })));
say(await refusal(async () => app.with({ tags: { a: 1 } })));
say(await refusal(() => initFromConfig({ confg: 'x' })));
say(await refusal(() => initFromConfig({ config: 5 })));
say(await refusal(() => initFromConfig({ profile: 5 })));
say(await refusal(async () => (await initFromConfig({ config: 'none.ts' })).run(greet, 'x')));
say(await refusal(async () => (await initFromConfig({ config: { executor: 'gpu' } })).run(greet, 'x')));
say(await refusal(() => app.with({ name: 'no/name' }).run(greet, 'x')));
await app.close();
}`);
    expect(told.map((each) => (each as { readonly code: string }).code)).toEqual([
      'AMBIT_TASK_NOT_FOUND',
      'AMBIT_TARGET_UNKNOWN',
      'AMBIT_VALUE_REFUSED',
      'AMBIT_TARGET_MISSING',
      'AMBIT_DEFINE_UNKNOWN_OPTION',
      'AMBIT_DEFINE_OPTION',
      'AMBIT_DEFINE_UNKNOWN_OPTION',
      'AMBIT_DEFINE_OPTION',
      'AMBIT_DEFINE_OPTION',
      'AMBIT_CONFIG_NOT_FOUND',
      'AMBIT_CONFIG_INVALID',
      'AMBIT_RUN_NAME',
    ]);
    for (const each of told) expect(each).toMatchObject({ ambit: true });
  });

  it('that ends with runs open cancels them', async () => {
    const [outcome] = await run(`
const app = await initFromConfig();
const run = await app.run(sleep);
for await (const { type } of run.events()) if (type === 'attempt.started') break;
await app.close();
say(await run.outcome());`);
    expect(outcome).toMatchObject({ status: 'cancelled' });
  });

  it('knows whether it was started, however it was', async () => {
    await project.write({
      'app/index.js': `import { isMain } from 'ambit';\nimport { imported } from './other.js';\nconsole.log(JSON.stringify([isMain(import.meta), imported]));\n`,
      'app/other.js': `import { isMain } from 'ambit';\nexport const imported = isMain(import.meta);\n`,
    });
    for (const words of [['app/index.js'], ['app/index'], ['app']]) {
      const { stdout } = await project.node(words).ended;
      expect(JSON.parse(stdout)).toEqual([true, false]);
    }
  });

  it('is not main where it is loaded, and may not run then', async () => {
    await project.write({
      'both.mjs': program(`say({ isMain: isMain(import.meta) });
export const task = env.task('both', async () => isMain(import.meta));
if (isMain(import.meta)) { const app = await initFromConfig(); say({ result: await (await app.run(task)).result() }); await app.close(); }`),
    });
    const started = await project.node(['both.mjs']).ended;
    expect(jsonLines(started.stdout)).toEqual([{ isMain: true }, { isMain: false }, { result: false }]);
    const loaded = await project.ambit(['run', 'both.mjs', 'task', '-q']);
    expect(loaded).toMatchObject({ code: 0, stdout: 'false\n' });
  });
});
