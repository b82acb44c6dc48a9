import { checkOptionNames, checkText, checkTexts, isPlainObject, optionError } from './option-check.ts';
import type { Owner } from './option-check.ts';
import { parseBytes } from './quantities.ts';
import type { Bytes } from './quantities.ts';

/** What an attempt gets. One value is request and limit; a pair is request, limit. */
export interface Resources {
  readonly cpu?: number | readonly [request: number, limit: number];
  readonly memory?: Bytes | readonly [request: Bytes, limit: Bytes];
  readonly disk?: Bytes;
  readonly shm?: Bytes;
  /** A count, a model (`'A100'`, `'A100:2'`), or both with the memory that one must have. */
  readonly gpu?:
    | number
    | 'L4'
    | 'A100'
    | 'H100'
    | (string & {})
    | { readonly model?: string | readonly string[]; readonly count?: number; readonly memory?: Bytes };
}

/** Quantities parsed: CPU in cores, sizes in bytes. A pair is request and limit. */
export interface ParsedResources {
  readonly cpu?: readonly [number, number];
  readonly memory?: readonly [number, number];
  readonly disk?: number;
  readonly shm?: number;
  readonly gpu?: { readonly models?: readonly string[]; readonly count: number; readonly memory?: number };
}

type Gpu = NonNullable<ParsedResources['gpu']>;

const size = { expected: `a size: bytes, or text like '512Mi' or '4Gi'`, example: `memory: '4Gi'` };
const cores = { expected: 'a number of cores above 0, or a pair of request and limit', example: 'cpu: 2 or cpu: [1, 4]' };
const gpus = { expected: 'a count of at least 1, a model, or { model, count, memory }', example: `gpu: 1, gpu: 'A100' or gpu: 'A100:2'` };

function parseSize(owner: Owner, option: string, value: unknown): number {
  const bytes = parseBytes(value);
  if (bytes === undefined) throw optionError(owner, option, size, value);
  return bytes;
}

function parsePair(
  owner: Owner,
  option: string,
  value: unknown,
  parse: (item: unknown, name: string) => number,
): readonly [number, number] {
  if (!Array.isArray(value)) {
    const both = parse(value, option);
    return Object.freeze([both, both] as const);
  }
  if (value.length !== 2)
    throw optionError(
      owner,
      option,
      { expected: 'a pair of request and limit', example: `${option.split('.').pop()}: [request, limit]` },
      value,
    );
  const [request, limit] = [parse(value[0], `${option}[0]`), parse(value[1], `${option}[1]`)];
  if (request > limit)
    throw optionError(
      owner,
      `${option}[1]`,
      { expected: 'a limit of at least the request', example: 'request first, then limit' },
      value[1],
    );
  return Object.freeze([request, limit] as const);
}

function parseCores(owner: Owner, option: string, value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) throw optionError(owner, option, cores, value);
  return value;
}

function parseGpuObject(owner: Owner, value: Record<string, unknown>): Gpu {
  checkOptionNames(owner, value, ['model', 'count', 'memory'], 'resources.gpu.');
  const { model, count = 1, memory } = value;
  if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 1) throw optionError(owner, 'resources.gpu.count', gpus, count);
  const models = model === undefined ? undefined : typeof model === 'string' ? [model] : model;
  if (Array.isArray(models) && models.length === 0) throw optionError(owner, 'resources.gpu.model', gpus, model);
  return Object.freeze({
    ...(models !== undefined && { models: checkTexts(owner, 'resources.gpu.model', models, gpus) }),
    count,
    ...(memory !== undefined && { memory: parseSize(owner, 'resources.gpu.memory', memory) }),
  });
}

function parseGpu(owner: Owner, value: unknown): Gpu {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1) return Object.freeze({ count: value });
  if (typeof value === 'string') {
    const [, model, count] = /^([^:]+)(?::(\d+))?$/.exec(value) ?? [];
    if (model === undefined || count === '0') throw optionError(owner, 'resources.gpu', gpus, value);
    return parseGpuObject(owner, { model: checkText(owner, 'resources.gpu', model, gpus), count: Number(count ?? 1) });
  }
  if (!isPlainObject(value)) throw optionError(owner, 'resources.gpu', gpus, value);
  return parseGpuObject(owner, value);
}

/** Parses and checks; `undefined` asks for nothing. */
export function parseResources(owner: Owner, value: unknown): ParsedResources {
  if (value === undefined) return Object.freeze({});
  const example = `resources: { cpu: 2, memory: '4Gi' }`;
  if (!isPlainObject(value))
    throw optionError(owner, 'resources', { expected: 'an object with cpu, memory, disk, shm, gpu', example }, value);
  checkOptionNames(owner, value, ['cpu', 'memory', 'disk', 'shm', 'gpu'], 'resources.');
  const { cpu, memory, disk, shm, gpu } = value;
  return Object.freeze({
    ...(cpu !== undefined && { cpu: parsePair(owner, 'resources.cpu', cpu, (item, name) => parseCores(owner, name, item)) }),
    ...(memory !== undefined && { memory: parsePair(owner, 'resources.memory', memory, (item, name) => parseSize(owner, name, item)) }),
    ...(disk !== undefined && { disk: parseSize(owner, 'resources.disk', disk) }),
    ...(shm !== undefined && { shm: parseSize(owner, 'resources.shm', shm) }),
    ...(gpu !== undefined && { gpu: parseGpu(owner, gpu) }),
  });
}
