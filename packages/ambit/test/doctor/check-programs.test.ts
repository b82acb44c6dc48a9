import type { Machine, MachineRunResult } from '@ambit/plugin-api';
import { describe, expect, it } from 'vitest';
import { checkBuildah, checkNode, checkPrograms } from '../../src/doctor/check-programs.ts';

const { signal } = new AbortController();

function machine(answers: Readonly<Record<string, Partial<Record<'stdout' | 'stderr', string>> & { readonly code: number }>>): Machine {
  return {
    run: async ([command = '']: readonly string[]): Promise<MachineRunResult> => {
      const answer = answers[command];
      if (!answer) throw Object.assign(new TypeError(`no ${command}`), { code: 'ENOENT' });
      const bytes = (text = ''): Uint8Array => new TextEncoder().encode(text);
      return { code: answer.code, stdout: bytes(answer.stdout), stderr: bytes(answer.stderr) };
    },
  } as unknown as Machine;
}

describe('programs', () => {
  it('are told with their versions', async () => {
    const answers = { npm: { code: 0, stdout: '11.1.0\n' }, python3: { code: 0, stdout: 'Python 3.11.2\n' } };
    expect(await checkPrograms(machine(answers), signal)).toMatchObject([
      { name: 'npm', status: 'ok', message: 'npm 11.1.0' },
      { name: 'python', status: 'ok', message: 'Python 3.11.2' },
      { name: 'uv', status: 'absent', hint: expect.stringMatching(/uv projects.*https:/) as string },
    ]);
  });

  it('that are missing or broken come with what to do', async () => {
    const [npm, python] = await checkPrograms(machine({ python3: { code: 127, stderr: 'pyenv: no such version\n' } }), signal);
    expect(npm).toMatchObject({ status: 'warning', hint: expect.stringContaining('Install npm') as string });
    expect(python).toMatchObject({ status: 'warning', message: 'python3 --version fails: pyenv: no such version' });
  });
});

describe('Node', () => {
  it.each([
    ['20.19.0', 'ok'],
    ['22.1.0', 'ok'],
    ['20.18.3', 'error'],
    ['18.20.0', 'error'],
  ])('%s is %s', (version, status) => {
    expect(checkNode(version)).toMatchObject({ status });
  });
});

describe('Buildah', () => {
  it('is there where it lies on the PATH', () => {
    expect(checkBuildah({ PATH: '/nowhere' })).toMatchObject({ status: 'absent' });
  });
});
