import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  builderClauses,
  conform,
  conforms,
  executorClauses,
  objectStoreClauses,
  pluginClauses,
  runStoreClauses,
  sharedStateClauses,
} from '@ambit/testkit';
import type { ClauseResult, ConformanceModule, ConformanceReport, ConformOptions } from '@ambit/testkit';
import { definePlugin } from '@ambit/plugin-api';
import type { ObjectStore } from '@ambit/plugin-api';
import { memoryExecutorContext } from '../memory-contexts.ts';
import { memoryPlugin, memoryTools } from './memory-plugin.ts';
import { useOwnTemporaryFolder } from './own-temporary-folder.ts';

const check = (module: ConformanceModule, options: Partial<ConformOptions> = {}): Promise<ConformanceReport> =>
  conform(module, { tools: memoryTools(), patienceMs: 500, ...options });

const failures = ({ roles }: ConformanceReport): readonly ClauseResult[] =>
  roles.flatMap(({ results }) => results.filter(({ result }) => result === 'failed'));

/** A plugin of objects alone, wrong in one thing. */
const objects = (fault: (right: ObjectStore) => Partial<ObjectStore>): ConformanceModule => ({
  default: definePlugin({
    type: 'odd',
    apiVersion: 1,
    objects: (host) => {
      const right = memoryPlugin.objects(host);
      return { ...right, ...fault(right) };
    },
  }),
});

// Whole suites are run, each clause on a ground of its own.
vi.setConfig({ testTimeout: 120_000 });

const folder = useOwnTemporaryFolder();
afterEach(() => expect(readdirSync(folder), 'folders that are left').toEqual([]));

describe('conform', () => {
  it('runs the clauses of every role that a plugin offers, without contexts of its own', async () => {
    const told: string[] = [];
    const report = await check(
      { default: memoryPlugin },
      { patienceMs: 15_000, onResult: (role, { id }) => void told.push(`${role} ${id}`) },
    );
    expect(failures(report)).toEqual([]);
    expect(conforms(report)).toBe(true);
    const expected = {
      plugin: pluginClauses,
      builder: builderClauses,
      executor: executorClauses,
      runs: runStoreClauses,
      shared: sharedStateClauses,
      objects: objectStoreClauses,
    };
    expect(Object.fromEntries(report.roles.map(({ role, results }) => [role, results.map(({ id }) => id)]))).toEqual(
      Object.fromEntries(Object.entries(expected).map(([role, clauses]) => [role, clauses.map(({ id }) => id)])),
    );
    expect(told).toEqual(report.roles.flatMap(({ role, results }) => results.map(({ id }) => `${role} ${id}`)));
    expect(report.plugin).toEqual({ type: 'memory', apiVersion: 1 });
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('says what it cannot see from outside, and why', async () => {
    const { executor } = memoryPlugin;
    const report = await check({ default: () => ({ type: 'blind', apiVersion: 1, executor }) });
    const unseen = report.roles.flatMap(({ results }) => results).find(({ id }) => id === 'EX-FIND-03');
    expect(unseen).toMatchObject({ result: 'not-claimed', message: expect.stringContaining('no process of the worker is seen') as string });
    expect(conforms(report)).toBe(true);
  });

  it('takes the contexts that a module exports', async () => {
    const { executor } = memoryPlugin;
    const conformance = { executor: () => memoryExecutorContext() };
    const report = await check({ default: { type: 'seen', apiVersion: 1, executor }, conformance }, { patienceMs: 15_000 });
    expect(report.totals).toEqual({ passed: pluginClauses.length - 1 + executorClauses.length, failed: 0, notClaimed: 1 });
  });

  it('ends between clauses where it is aborted', async () => {
    const stop = new AbortController();
    const told: string[] = [];
    const onResult = (_: string, { id }: ClauseResult): void => {
      told.push(id);
      stop.abort(new TypeError('enough'));
    };
    await expect(check({ default: memoryPlugin }, { signal: stop.signal, onResult })).rejects.toThrow('enough');
    expect(told).toEqual(['PL-EXPORT-01']);
  });
});

describe('a broken plugin', () => {
  const throws = (): never => {
    throw new TypeError('it is broken');
  };

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'PL-EXPORT-01'],
    ['a number', 5, 'PL-EXPORT-01'],
    ['a factory that throws', throws, 'PL-EXPORT-01'],
    ['a factory of nothing', () => null, 'PL-EXPORT-01'],
    ['a plugin without a type', { apiVersion: 1 }, 'PL-EXPORT-01'],
    ['a plugin of another version', { type: 'odd', apiVersion: 2, objects: memoryPlugin.objects }, 'PL-EXPORT-01'],
    [
      'a plugin with a getter that throws',
      {
        type: 'odd',
        apiVersion: 1,
        get objects() {
          return throws();
        },
      },
      'PL-ROLE-01',
    ],
    ['a plugin without a role', { type: 'odd', apiVersion: 1 }, 'PL-ROLE-01'],
    ['a role that is no function', { type: 'odd', apiVersion: 1, objects: {} }, 'PL-ROLE-01'],
    ['a role that throws', { type: 'odd', apiVersion: 1, objects: throws }, 'PL-ROLE-02'],
    ['a role that is nothing', { type: 'odd', apiVersion: 1, objects: () => undefined }, 'PL-ROLE-02'],
    [
      'a schema that takes anything',
      { ...memoryPlugin, optionsSchema: { '~standard': { version: 1, vendor: 'odd', validate: (value: unknown) => ({ value }) } } },
      'PL-OPTIONS-01',
    ],
    ['a role without its members', { type: 'odd', apiVersion: 1, objects: () => ({ put: throws }) }, 'PL-ROLE-02'],
  ])('that is %s has failed', async (_, exported, id) => {
    const report = await check({ default: exported }, { limitMs: 2_000, patienceMs: 20 });
    expect(failures(report).map((each) => each.id)).toContain(id);
    expect(conforms(report)).toBe(false);
  });

  it('that opens what nobody asked for has failed', async () => {
    const report = await check({
      default: definePlugin({
        type: 'eager',
        apiVersion: 1,
        objects: (host) => {
          mkdirSync(host.stateDirectory, { recursive: true });
          writeFileSync(join(host.stateDirectory, 'open'), '');
          return memoryPlugin.objects(host);
        },
      }),
    });
    expect(failures(report).map(({ id }) => id)).toEqual(['PL-OPEN-01']);
  });

  it('is told with what its clauses found, and with errors of its own and their place', async () => {
    const report = await check(
      objects((right) => ({
        put: async (...args) => ({ ...(await right.put(...args)), size: 1 }),
        stat: () => (undefined as unknown as { size: never }).size,
      })),
    );
    const message = (id: string): string | undefined => failures(report).find((each) => each.id === id)?.message;
    expect(message('OS-PUT-01')).toContain('size: 1');
    expect(message('OS-GET-02')).toMatch(/^TypeError: Cannot read .*conform\.test\.ts:\d+:\d+\)$/);
  });

  it('that never answers is cut off by name, and the next clauses are run', async () => {
    const report = await check(
      objects(() => ({ stat: () => new Promise(() => undefined) })),
      { limitMs: 1_000 },
    );
    expect(failures(report)[0]).toMatchObject({ id: 'OS-PUT-01', message: 'it did not end within 1000 ms and was cut off' });
    expect(report.roles.at(-1)?.results.find(({ id }) => id === 'OS-GET-01')?.result).toBe('passed');
  });

  it('whose errors nobody catches has failed, and this process goes on', async () => {
    const listeners = process.rawListeners('unhandledRejection');
    const report = await check(
      objects((right) => ({
        stat: (digest) => {
          void Promise.reject(new TypeError('nobody looks'));
          return right.stat(digest);
        },
        delete: async (digests) => {
          setTimeout(() => throws(), 0);
          await new Promise((resolve) => setTimeout(resolve, 5));
          return right.delete(digests);
        },
      })),
    );
    const message = (id: string): string => failures(report).find((each) => each.id === id)?.message ?? '';
    expect(message('OS-PUT-01')).toContain('an error that nobody caught: TypeError: nobody looks');
    expect(message('OS-DELETE-01')).toContain('an error that nobody caught: TypeError');
    expect(process.rawListeners('unhandledRejection')).toEqual(listeners);
  });
});
