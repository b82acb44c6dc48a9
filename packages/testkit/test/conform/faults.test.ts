import { definePlugin } from '@ambit/plugin-api';
import { conform, conforms } from '@ambit/testkit';
import { describe, expect, it, vi } from 'vitest';
import { memoryPlugin, memoryTools } from './memory-plugin.ts';
import { useOwnTemporaryFolder } from './own-temporary-folder.ts';

vi.setConfig({ testTimeout: 120_000 });
useOwnTemporaryFolder();

const members = {
  objects: ['put', 'get', 'stat', 'list', 'delete', 'dispose'],
  executor: ['describe', 'preflight', 'reserve', 'start', 'find', 'observe', 'connect', 'stop', 'release', 'list', 'dispose'],
} as const;

/** What a member does instead. */
const faults: Readonly<Record<string, () => unknown>> = {
  throws: () => {
    throw new TypeError('it is broken');
  },
  rejects: () => Promise.reject(new TypeError('it is broken')),
  'rejects with what cannot be read': async () => {
    throw new Proxy(new TypeError('it is broken'), {
      get: () => {
        throw new TypeError('it does not even say what');
      },
    });
  },
  'gives nothing': () => undefined,
  'gives a number': () => 5,
  'gives an endless sequence': async function* () {
    for (;;) yield new Uint8Array(await new Promise<number>((resolve) => setTimeout(() => resolve(1), 1)));
  },
  'never answers': () => new Promise(() => undefined),
};

/** Each fault, in one member of each role. */
const cases = (['objects', 'executor'] as const).flatMap((role) =>
  Object.keys(faults).map((fault, index) => ({ role, fault, member: members[role][index % members[role].length] })),
);

describe('a plugin with a broken member', () => {
  it.each(cases)('$role: $member $fault', async ({ role, member, fault }) => {
    const plugin = definePlugin({
      type: 'broken',
      apiVersion: 1,
      [role]: (host: never) => {
        const right = memoryPlugin[role](host);
        return new Proxy(right, {
          get: (target, name) => {
            if (name === member) return faults[fault];
            const value: unknown = Reflect.get(target, name, target);
            return typeof value === 'function' ? (value.bind(target) as unknown) : value;
          },
        });
      },
    });
    const report = await conform({ default: plugin }, { tools: memoryTools(), limitMs: 100, patienceMs: 50 });
    expect(report.roles.map((each) => each.role)).toEqual(['plugin', role]);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    if (fault === 'throws' || fault === 'rejects' || fault === 'never answers') expect(conforms(report)).toBe(false);
  });
});
