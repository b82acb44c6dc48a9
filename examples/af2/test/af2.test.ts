import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const folder = new URL('..', import.meta.url).pathname;
const home = mkdtempSync(join(tmpdir(), 'ambit-af2-'));
const env = {
  ...process.env,
  AMBIT_STATE: join(home, 'state'),
  AMBIT_MACHINE_STATE: join(home, 'machine'),
  AMBIT_CACHE: join(home, 'cache'),
};
afterAll(() => rmSync(home, { recursive: true, force: true }));

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(program: string, ...args: readonly string[]): Ended {
  return startWith({}, program, ...args);
}

function startWith(variables: NodeJS.ProcessEnv, program: string, ...args: readonly string[]): Ended {
  const options = { cwd: folder, env: { ...env, ...variables }, encoding: 'utf8' } as const;
  return spawnSync(join(folder, 'node_modules/.bin', program), args, options);
}

describe('the AlphaFold mock', () => {
  it('plans main, fold and msa, and builds main on fold', () => {
    const { status, stdout } = start('ambit', 'plan', 'main.ts', 'main', '--json');
    expect(status).toBe(0);
    const plan = JSON.parse(stdout) as {
      environments: { name: string; requiredBy: object[] }[];
      images: { identity: string; parent?: string; environments: string[] }[];
    };
    expect(plan.environments.map(({ name }) => name)).toEqual(['multi_env', 'fold_env', 'msa_env']);
    expect(plan.environments[1]?.requiredBy).toEqual([{ environment: 'multi_env', at: 'main.ts:7' }]);
    const image = (environment: string): (typeof plan.images)[number] | undefined =>
      plan.images.find(({ environments }) => environments.includes(environment));
    expect(image('multi_env')?.parent).toBe(image('fold_env')?.identity);
  });

  it('asks no engine without a profile', () => {
    const missing = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };
    const { status, stdout } = startWith(missing, 'ambit', 'plan', 'main.ts', 'main', '--json');
    expect({ status, diagnostics: (JSON.parse(stdout) as { diagnostics: object[] }).diagnostics }).toEqual({ status: 0, diagnostics: [] });
    expect(startWith(missing, 'ambit', 'plan', 'main.ts', 'main', '--profile', 'docker').stdout).toContain('AMBIT_PLAN_NO_ANSWER');
  });

  it('gives each task the version of the package that it needs', () => {
    const { status, stdout, stderr } = start('ambit', 'run', 'main.ts', 'main', '--sequence', 'AAGGTTCCAA');
    expect({ status, stdout: stdout.trim() }, stderr).toEqual({ status: 0, stdout: '["AAGGTTCCAA","AAGGTTCCAA"]' });
    expect(stderr).toMatch(/msa [\w~-]{8} with nanoid 2\.1\.11/);
    expect(stderr).toMatch(/fold [\w-]{8} with nanoid 5\.1\.6/);
  });

  it('needs no package where the code has none', () => {
    const plan = JSON.parse(start('ambit', 'plan', 'lean.ts', '--json').stdout) as {
      environments: { name: string; packages: string[] }[];
      images: { environments: string[]; layers: object[] }[];
    };
    expect(plan.environments[0]).toMatchObject({ name: 'lean_env', packages: [] });
    expect(plan.images.find(({ environments }) => environments.includes('lean_env'))?.layers).toEqual([]);
    const { status, stdout, stderr } = start('ambit', 'run', 'lean.ts', 'main', '--sequence', 'AAGG');
    expect({ status, stdout: stdout.trim() }, stderr).toEqual({ status: 0, stdout: '["AAGG","AAGG"]' });
  });

  it('does the same as a program', () => {
    const { status, stdout, stderr } = start('tsx', 'main.ts');
    expect(status, stderr).toBe(0);
    const [name, url, ...result] = stdout.trim().split('\n');
    expect(url).toBe(`file://${home}/state/runs/${name}.db`);
    expect(result.join('')).toContain('AAGGTTCCAA');
  });

  it('is recorded, and leaves nothing of its workers', () => {
    const { runs } = JSON.parse(start('ambit', 'runs', 'list', '--json').stdout) as { runs: { run: string; status: string }[] };
    expect(runs.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    const shown = JSON.parse(start('ambit', 'runs', 'show', '@last', '--json').stdout) as {
      actions: { task: string; status: string; attempts: object[] }[];
    };
    expect(shown.actions.map(({ task, status, attempts }) => [task, status, attempts.length])).toEqual([
      ['multi_env.main', 'succeeded', 1],
      ['msa_env.run_msa', 'succeeded', 1],
      ['fold_env.run_fold', 'succeeded', 1],
    ]);
    expect(readdirSync(join(home, 'cache/work'))).toEqual([]);
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) expect(commandLine(pid)).not.toContain(home);
  });
});

describe.skipIf(!process.env['DOCKER_HOST'])('the AlphaFold mock on Docker [needs docker]', () => {
  it.each([
    ['docker', { multi_env: 'docker', fold_env: 'docker', msa_env: 'docker' }],
    ['mixed', { multi_env: 'local', fold_env: 'docker', msa_env: 'local' }],
  ])('runs where the profile %s says, with the same result', (profile, places) => {
    const { status, stdout, stderr } = start('ambit', 'run', 'main.ts', 'main', '--sequence', 'AAGGTTCCAA', '--profile', profile);
    expect({ status, stdout: stdout.trim() }, stderr).toEqual({ status: 0, stdout: '["AAGGTTCCAA","AAGGTTCCAA"]' });
    expect(stderr).toMatch(/msa [\w~-]{8} with nanoid 2\.1\.11/);
    expect(stderr).toMatch(/fold [\w-]{8} with nanoid 5\.1\.6/);
    const { actions } = JSON.parse(start('ambit', 'runs', 'show', '@last', '--json').stdout) as {
      actions: { task: string; executor: string }[];
    };
    expect(Object.fromEntries(actions.map(({ task, executor }) => [task.split('.')[0], executor]))).toEqual(places);
  });
});

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
