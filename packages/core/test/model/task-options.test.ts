import { describe, expect, it } from 'vitest';
import { TaskEnvironment, environmentDefinition, policyOfCall, retryDelayMs } from '../../src/index.ts';
import type { EnvironmentOptions, TaskDefinition, TaskOptions } from '../../src/index.ts';
import { expectRefusal } from './refusal.ts';

function defined(options: TaskOptions, environment: Partial<EnvironmentOptions> = {}): TaskDefinition | undefined {
  const env = new TaskEnvironment({ ...environment, name: 'env' });
  env.task('t', options, () => 1);
  return environmentDefinition(env)?.tasks.get('t');
}

describe('retries', () => {
  it.each<[TaskOptions['retries'], object]>([
    [3, { retries: 3 }],
    [0, { retries: 0 }],
    [{ count: 3 }, { retries: 3 }],
    [
      { count: 3, backoff: { base: '10s' } },
      { retries: 3, backoff: { baseMs: 10_000, factor: 1 } },
    ],
    [
      { count: 3, backoff: { base: 0 } },
      { retries: 3, backoff: { baseMs: 0, factor: 1 } },
    ],
    [
      { count: 3, backoff: { base: '10s', max: '5m' } },
      { retries: 3, backoff: { baseMs: 10_000, factor: 2, maxMs: 300_000 } },
    ],
    [
      { count: 3, backoff: { base: 5, factor: 1.5, max: 50 } },
      { retries: 3, backoff: { baseMs: 5, factor: 1.5, maxMs: 50 } },
    ],
    [
      { count: 1, on: ['user', 'resources'] },
      { retries: 1, retryOn: ['user', 'resources'] },
    ],
    [
      { count: 2, growMemory: 1.5 },
      { retries: 2, growMemory: 1.5 },
    ],
  ])('are parsed: %j', (retries, policy) => {
    expect(defined({ retries } as TaskOptions)?.policy).toEqual(policy);
  });

  it.each<[string, object]>([
    ['retries.count', {}],
    ['retries.count', { count: -1 }],
    ['retries.count', { count: 1.5 }],
    ['retries.backoff', { count: 1, backoff: '10s' }],
    ['retries.backoff.base', { count: 1, backoff: {} }],
    ['retries.backoff.base', { count: 1, backoff: { base: -1 } }],
    ['retries.backoff.base', { count: 1, backoff: { base: 'soon' } }],
    ['retries.backoff.factor', { count: 1, backoff: { base: 1, factor: 0.5, max: 9 } }],
    ['retries.backoff.factor', { count: 1, backoff: { base: 1, factor: Number.NaN, max: 9 } }],
    ['retries.backoff.factor', { count: 1, backoff: { base: 1, factor: Number.POSITIVE_INFINITY, max: 9 } }],
    ['retries.backoff.max', { count: 1, backoff: { base: 1, factor: 2 } }],
    ['retries.backoff.max', { count: 1, backoff: { base: 1, factor: 2, max: 0 } }],
    ['retries.on', { count: 1, on: 'user' }],
    ['retries.on', { count: 1, on: [] }],
    ['retries.on[1]', { count: 1, on: ['user', 'timeout'] }],
    ['retries.growMemory', { count: 1, growMemory: 1 }],
    ['retries.growMemory', { count: 1, growMemory: 0.5 }],
    ['retries.growMemory', { count: 1, growMemory: Number.POSITIVE_INFINITY }],
  ])('refuse wrong %s: %j', (option, retries) => {
    expectRefusal(() => defined({ retries } as TaskOptions), {
      code: 'AMBIT_DEFINE_OPTION',
      facts: { task: 'env.t', option },
      says: ['Task env.t', option],
    });
  });

  it('know their options', () => {
    expectRefusal(() => defined({ retries: { count: 1, delay: 5 } } as TaskOptions), {
      code: 'AMBIT_DEFINE_UNKNOWN_OPTION',
      facts: { option: 'retries.delay' },
      hint: 'backoff',
    });
    expectRefusal(() => defined({ retries: { count: 1, backoff: { base: 1, facto: 5 } } } as TaskOptions), {
      code: 'AMBIT_DEFINE_UNKNOWN_OPTION',
      facts: { option: 'retries.backoff.facto' },
      says: ["Did you mean 'factor'?"],
    });
  });
});

describe('the wait before a retry', () => {
  it('grows by its factor up to its limit', () => {
    const backoff = { baseMs: 10_000, factor: 2, maxMs: 300_000 };
    expect([1, 2, 3, 4, 5, 6, 7, 2000].map((retry) => retryDelayMs(backoff, retry) / 1000)).toEqual([10, 20, 40, 80, 160, 300, 300, 300]);
  });

  it('stays the same without a factor, and is none without a backoff', () => {
    expect([1, 5].map((retry) => retryDelayMs({ baseMs: 500, factor: 1 }, retry))).toEqual([500, 500]);
    expect(retryDelayMs(undefined, 3)).toBe(0);
  });
});

describe('timeouts', () => {
  it.each<[TaskOptions['timeout'], object]>([
    ['5m', { timeoutMs: 300_000 }],
    [1500, { timeoutMs: 1500 }],
    [{ run: '1h' }, { timeoutMs: 3_600_000 }],
    [
      { run: '1m', queued: '2m', deadline: '3m' },
      { timeoutMs: 60_000, queuedMs: 120_000, deadlineMs: 180_000 },
    ],
    [{}, {}],
  ])('are parsed: %j', (timeout, policy) => {
    expect(defined({ timeout } as TaskOptions)?.policy).toEqual({ retries: 0, ...policy });
  });

  it.each(['run', 'queued', 'deadline'])('refuse a wrong %s', (name) => {
    for (const value of [0, -1, 'soon', null])
      expectRefusal(() => defined({ timeout: { [name]: value } }), {
        code: 'AMBIT_DEFINE_OPTION',
        facts: { option: `timeout.${name}` },
      });
  });
});

describe('defaults of an environment', () => {
  it('hold where its tasks say nothing', () => {
    const defaults = { description: 'One of many', retries: { count: 2, on: ['resources'] }, timeout: '1m' } as const;
    expect(defined({}, { defaults })).toMatchObject({
      description: 'One of many',
      policy: { retries: 2, retryOn: ['resources'], timeoutMs: 60_000 },
    });
    expect(defined({ retries: 0, timeout: { queued: '1s' } }, { defaults })?.policy).toEqual({ retries: 0, queuedMs: 1000 });
  });

  it('are those of a clone too, unless it has its own', () => {
    const original = new TaskEnvironment({ name: 'env', defaults: { retries: 2 } });
    const policyIn = (env: TaskEnvironment): unknown => {
      env.task('t', () => 1);
      return environmentDefinition(env)?.tasks.get('t')?.policy;
    };
    expect(policyIn(original.cloneWith({ name: 'a' }))).toEqual({ retries: 2 });
    expect(policyIn(original.cloneWith({ name: 'b', defaults: { timeout: 5 } }))).toEqual({ retries: 0, timeoutMs: 5 });
    expect(environmentDefinition(original)).not.toHaveProperty('defaults');
  });

  it('are checked where the environment is defined', () => {
    expectRefusal(() => new TaskEnvironment({ name: 'env', defaults: { retries: -1 } }), {
      code: 'AMBIT_DEFINE_OPTION',
      facts: { environment: 'env', option: 'retries' },
    });
    expectRefusal(() => new TaskEnvironment({ name: 'env', defaults: { retry: 1 } as TaskOptions }), {
      code: 'AMBIT_DEFINE_UNKNOWN_OPTION',
      facts: { option: 'defaults.retry' },
    });
  });
});

describe('what holds for one call', () => {
  const policy = { retries: 2, growMemory: 2, timeoutMs: 5, deadlineMs: 50 };

  it('is the policy, but for what the call says, which replaces it whole', () => {
    expect(policyOfCall(policy)).toEqual(policy);
    expect(policyOfCall(policy, { label: 'x' })).toEqual(policy);
    expect(policyOfCall(policy, { retries: { retries: 0 } })).toEqual({ retries: 0, timeoutMs: 5, deadlineMs: 50 });
    expect(policyOfCall(policy, { timeout: {} })).toEqual({ retries: 2, growMemory: 2 });
  });
});
