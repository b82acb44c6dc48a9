import { AmbitError, parseBytes } from '@ambit/plugin-api';

export interface LocalGpu {
  readonly id: string;
  readonly model: string;
  /** Bytes, or a quantity such as `40Gi`. */
  readonly memory: number | string;
}

/** What of this machine runs may use; what is left out is found. */
export interface LocalPluginOptions {
  readonly cpus?: number;
  /** Bytes, or a quantity such as `8Gi`. */
  readonly memory?: number | string;
  readonly gpus?: readonly LocalGpu[];
}

/** Checked, sizes in bytes. */
export interface LocalOptions {
  readonly cpus?: number;
  readonly memory?: number;
  readonly gpus?: readonly { readonly id: string; readonly model: string; readonly memory: number }[];
}

const known = ['cpus', 'memory', 'gpus'];

export function checkOptions(options: LocalPluginOptions): LocalOptions {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown) throw wrong(unknown, `is not known; local() takes ${known.join(', ')}`);
  const { cpus, memory, gpus } = options;
  if (cpus !== undefined && !(typeof cpus === 'number' && Number.isFinite(cpus) && cpus > 0))
    throw wrong('cpus', `is ${shown(cpus)}; it is a number above 0`);
  if (gpus !== undefined && !Array.isArray(gpus)) throw wrong('gpus', `is ${shown(gpus)}; it is a list of { id, model, memory }`);
  return {
    ...(cpus === undefined ? {} : { cpus }),
    ...(memory === undefined ? {} : { memory: bytes('memory', memory) }),
    ...(gpus === undefined ? {} : { gpus: checkGpus(gpus) }),
  };
}

function checkGpus(gpus: readonly LocalGpu[]): NonNullable<LocalOptions['gpus']> {
  const seen = new Set<string>();
  return gpus.map((gpu, index) => {
    const at = `gpus[${index}]`;
    for (const field of ['id', 'model'] as const)
      if (typeof gpu[field] !== 'string' || gpu[field] === '') throw wrong(`${at}.${field}`, `is ${shown(gpu[field])}; it is a text`);
    if (seen.has(gpu.id)) throw wrong(`${at}.id`, `is ${shown(gpu.id)}, as of another one before; each GPU has an id of its own`);
    seen.add(gpu.id);
    return { id: gpu.id, model: gpu.model, memory: bytes(`${at}.memory`, gpu.memory) };
  });
}

function bytes(option: string, quantity: number | string): number {
  const value = parseBytes(quantity);
  if (value !== undefined) return value;
  throw wrong(option, `is ${shown(quantity)}; it is a number of bytes, or a text with a unit, such as "8Gi"`);
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}

function wrong(option: string, what: string): AmbitError {
  return new AmbitError('AMBIT_LOCAL_OPTION', `The option ${option} of local() ${what}.`, {
    hint: 'Correct the option in the configuration.',
    facts: { option },
  });
}
