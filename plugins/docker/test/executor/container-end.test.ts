import { describe, expect, it } from 'vitest';
import { endOf } from '../../src/executor/container-end.ts';
import type { ContainerFacts } from '../../src/daemon/containers.ts';

function facts(state: Partial<ContainerFacts['State']>): ContainerFacts {
  const State = {
    Status: 'exited',
    Running: false,
    OOMKilled: false,
    ExitCode: 0,
    Pid: 0,
    Error: '',
    FinishedAt: '2026-01-01T00:00:00Z',
    ...state,
  } as const;
  return { Id: 'c0ffee'.repeat(10), Created: '', Config: {}, State };
}

describe('the end of a container', () => {
  it.each([
    [{ ExitCode: 137, OOMKilled: true }, 'resources', 'AMBIT_WORKER_OUT_OF_MEMORY', /used up its memory/],
    [{ ExitCode: 137 }, 'infrastructure', 'AMBIT_WORKER_DIED', /SIGKILL/],
    [{ ExitCode: 3 }, 'infrastructure', 'AMBIT_WORKER_DIED', /exit code 3/],
    // Another process of it was killed for memory, earlier.
    [{ ExitCode: 0, OOMKilled: true }, 'infrastructure', 'AMBIT_WORKER_DIED', /exit code 0/],
    [{ ExitCode: 127, Error: 'no such file' }, 'infrastructure', 'AMBIT_WORKER_DIED', /no such file/],
  ])('%j is %s', (state, failure, code, message) => {
    const { cause } = endOf('w-1', facts(state), 'an earlier line\nthe last words');
    expect(cause).toMatchObject({ failure, code, message: expect.stringMatching(message) as string });
    if (!('Error' in state)) expect(cause?.message).toMatch(/the last words\.$/);
  });

  it('ends its sentence once where the last words are one', () => {
    expect(endOf('w-1', facts({ ExitCode: 3 }), 'It was asked to end.').cause?.message).toMatch(/: It was asked to end\.$/);
  });
});
