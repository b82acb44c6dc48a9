import { describe, expect, it } from 'vitest';
import type { Made } from '../../src/observation.ts';
import { temporaryProjects } from './projects.ts';
import type { TestProject } from './test-project.ts';

const project = temporaryProjects();

async function observed(made: TestProject): Promise<readonly (readonly [string, string, ...string[]])[]> {
  const { observations } = await made.observe();
  return observations.map(({ site, made: values }) => [site.at, made.textOf(site), ...values.map(nameOf)]);
}

function nameOf(made: Made): string {
  return made.kind === 'task' ? `${made.id} (${made.name} of ${made.environment})` : made.name;
}

describe('what is observed', () => {
  it('are the calls that made something, as they are written, in the order of the text', async () => {
    const made = project({
      'main.ts': `import { Image, TaskEnvironment } from 'ambit';
import { child } from './child.js';
const text = '😀 é';
const env = new TaskEnvironment({ name: 'env', image: Image.fromDebianBase().withEnv({ A: '1' }) });
env.addDependency(child);
export const task = env
  .task('task', async (n: number) => n);
export const clone = env.cloneWith({ name: 'clone' });`,
      'child.ts': `import { TaskEnvironment } from 'ambit';\nexport const child = new TaskEnvironment({ name: 'child' });`,
    });
    expect(await observed(made)).toEqual([
      ['child.ts:2', `new TaskEnvironment({ name: 'child' })`, 'child'],
      ['main.ts:4', `new TaskEnvironment({ name: 'env', image: Image.fromDebianBase().withEnv({ A: '1' }) })`, 'env'],
      ['main.ts:7', `env\n  .task('task', async (n: number) => n)`, 'env.task (task of env)'],
      ['main.ts:8', `env.cloneWith({ name: 'clone' })`, 'clone'],
    ]);
  });

  it('counts offsets as editors do: in UTF-16 units, a byte order mark too', async () => {
    const made = project(
      `\uFEFFconst s = '😀𝒳é'; import { TaskEnvironment } from 'ambit'; export const env = new TaskEnvironment({ name: 'env' });`,
    );
    expect(await observed(made)).toEqual([['main.ts:1', `new TaskEnvironment({ name: 'env' })`, 'env']]);
  });

  it('is nothing where a call did not run, and everything where it ran several times', async () => {
    const made = project(`import { TaskEnvironment } from 'ambit';
const make = (name: string) => new TaskEnvironment({ name });
export const envs = ['a', 'b'].map(make);
export const tasks = envs.map((env) => env.task('t', async () => 1));
if (envs.length > 5) new TaskEnvironment({ name: 'never' });
export const later = () => envs[0].task('later', async () => 2);`);
    expect(await observed(made)).toEqual([
      ['main.ts:2', 'new TaskEnvironment({ name })', 'a', 'b'],
      ['main.ts:4', `env.task('t', async () => 1)`, 'a.t (t of a)', 'b.t (t of b)'],
    ]);
  });

  it('is each call that a new task goes through, and none that hands on an old one', async () => {
    const made = project(`import { TaskEnvironment } from 'ambit';
class Team {
  env = new TaskEnvironment({ name: 'team' });
  known = this.env.task('known', async () => 0);
  task(name: string, fn: () => Promise<number>) { return this.env.task(name, fn); }
  cloneWith() { return this.known; }
}
const team = new Team();
export const a = team.task('a', async () => 1);
export const b = team.cloneWith();`);
    expect(await observed(made)).toEqual([
      ['main.ts:3', `new TaskEnvironment({ name: 'team' })`, 'team'],
      ['main.ts:4', `this.env.task('known', async () => 0)`, 'team.known (known of team)'],
      ['main.ts:5', 'this.env.task(name, fn)', 'team.a (a of team)'],
      ['main.ts:9', `team.task('a', async () => 1)`, 'team.a (a of team)'],
    ]);
  });

  it('is what was made and not what was thrown, and places are right again after that', async () => {
    const made = project(`import { TaskEnvironment } from 'ambit';
const env = new TaskEnvironment({ name: 'env' });
const place = () => (globalThis as any)[Symbol.for('ambit.place/1')];
export const places: unknown[] = [place()];
class Nested { constructor() { places.push(place()); try { env.task('bad name', async () => 1); } catch { places.push('refused'); } places.push(place()); } }
new Nested();
places.push(place());`);
    expect(await observed(made)).toEqual([['main.ts:2', `new TaskEnvironment({ name: 'env' })`, 'env']]);
    expect((await made.load()).exports.places).toEqual([undefined, 'main.ts:6', 'refused', 'main.ts:6', undefined]);
  });
});
