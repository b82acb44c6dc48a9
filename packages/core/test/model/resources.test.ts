import { describe, expect, it } from 'vitest';
import { TaskEnvironment, environmentDefinition } from '../../src/index.ts';
import type { ParsedResources, Resources } from '../../src/index.ts';
import { expectRefusal } from './refusal.ts';

const parsed = (resources: unknown): ParsedResources =>
  environmentDefinition(new TaskEnvironment({ name: 'env', resources: resources as Resources }))!.resources;

describe('resources', () => {
  it.each<[Resources, ParsedResources]>([
    [{}, {}],
    [{ cpu: 0.5 }, { cpu: [0.5, 0.5] }],
    [
      { cpu: [1, 4], memory: ['1Gi', '2Gi'] },
      { cpu: [1, 4], memory: [2 ** 30, 2 ** 31] },
    ],
    [
      { memory: '512Mi', disk: '1T', shm: 1024 },
      { memory: [2 ** 29, 2 ** 29], disk: 1e12, shm: 1024 },
    ],
    [{ gpu: 2 }, { gpu: { count: 2 } }],
    [{ gpu: 'A100' }, { gpu: { models: ['A100'], count: 1 } }],
    [{ gpu: 'A100:2' }, { gpu: { models: ['A100'], count: 2 } }],
    [{ gpu: { model: ['A100', 'H100'], memory: '40Gi' } }, { gpu: { models: ['A100', 'H100'], count: 1, memory: 40 * 2 ** 30 } }],
    [{ gpu: { count: 4 } }, { gpu: { count: 4 } }],
  ])('%j are %j', (resources, expected) => {
    expect(parsed(resources)).toEqual(expected);
    expect(Object.isFrozen(parsed(resources))).toBe(true);
  });

  it.each<[string, object]>([
    ['resources.cpu', { cpu: 'abc' }],
    ['resources.cpu', { cpu: 0 }],
    ['resources.cpu', { cpu: Number.NaN }],
    ['resources.cpu', { cpu: [1] }],
    ['resources.cpu[0]', { cpu: [-1, 2] }],
    ['resources.cpu[1]', { cpu: [4, 1] }],
    ['resources.memory', { memory: 'zz' }],
    ['resources.memory', { memory: '4GB' }],
    ['resources.memory', { memory: '4 Gi' }],
    ['resources.memory', { memory: '-4Gi' }],
    ['resources.memory', { memory: null }],
    ['resources.memory[1]', { memory: ['2Gi', '1Gi'] }],
    ['resources.disk', { disk: ['1Gi', '2Gi'] }],
    ['resources.shm', { shm: 'big' }],
    ['resources.gpu', { gpu: 0 }],
    ['resources.gpu', { gpu: 1.5 }],
    ['resources.gpu', { gpu: '' }],
    ['resources.gpu', { gpu: 'A100:0' }],
    ['resources.gpu', { gpu: ['A100'] }],
    ['resources.gpu.count', { gpu: { count: 0 } }],
    ['resources.gpu.model', { gpu: { model: [] } }],
    ['resources.gpu.model[1]', { gpu: { model: ['A100', 5] } }],
    ['resources.gpu.memory', { gpu: { memory: '40' } }],
    ['resources', ['4Gi']],
  ])('are refused where %s is wrong: %j', (option, resources) => {
    expectRefusal(() => parsed(resources), {
      code: 'AMBIT_DEFINE_OPTION',
      facts: { environment: 'env', option },
      says: ['Environment env', option, 'expected'],
      hint: 'Write it like this',
    });
  });

  it.each([
    ['resources.memroy', { memroy: '4Gi' }],
    ['resources.gpus', { gpus: 1 }],
    ['resources.gpu.modle', { gpu: { modle: 'A100' } }],
  ])('are refused what is no quantity: %s', (option, resources) => {
    expectRefusal(() => parsed(resources), {
      code: 'AMBIT_DEFINE_UNKNOWN_OPTION',
      facts: { environment: 'env', option },
      says: [option, 'Did you mean'],
    });
  });
});
