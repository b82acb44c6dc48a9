import { describe, expect, it } from 'vitest';
import { local } from '../src/index.ts';
import type { LocalPluginOptions } from '../src/index.ts';
import { checkOptions } from '../src/options.ts';

describe('options of local()', () => {
  it('are none, or sizes in bytes and quantities', () => {
    expect(checkOptions({})).toEqual({});
    const gpu = { id: '0', model: 'A100', memory: '40Gi' };
    expect(checkOptions({ cpus: 0.5, memory: '1.5Gi', gpus: [gpu] })).toEqual({
      cpus: 0.5,
      memory: 1.5 * 2 ** 30,
      gpus: [{ ...gpu, memory: 40 * 2 ** 30 }],
    });
  });

  it.each<[string, unknown]>([
    ['cpus', { cpus: 0 }],
    ['cpus', { cpus: 'many' }],
    ['memory', { memory: '8 Gi' }],
    ['memory', { memory: -1 }],
    ['memory', { memory: '8000000000' }],
    ['gpus', { gpus: 'all' }],
    ['gpus[0].model', { gpus: [{ id: '0', memory: 1 }] }],
    [
      'gpus[1].id',
      {
        gpus: [
          { id: '0', model: 'A', memory: 1 },
          { id: '0', model: 'A', memory: 1 },
        ],
      },
    ],
    ['gpu', { gpu: 1 }],
  ])('are refused by name: %s', (option, options) => {
    let error: unknown;
    try {
      local(options as LocalPluginOptions);
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({ code: 'AMBIT_LOCAL_OPTION', facts: { option } });
    if (option === 'memory') expect((error as Error).message).toContain('a number of bytes, or a text with a unit, such as "8Gi"');
  });

  it('open nothing: a plugin is a builder and an executor that were not made yet', () => {
    expect(local()).toMatchObject({
      type: 'local',
      apiVersion: 1,
      builder: expect.any(Function) as unknown,
      executor: expect.any(Function) as unknown,
    });
  });
});
