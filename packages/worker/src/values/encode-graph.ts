import { types } from 'node:util';
import { directoryFactsOf } from '../runtime/directory.ts';
import type { DirectoryFacts } from '../runtime/directory.ts';
import { fileFactsOf } from '../runtime/file.ts';
import type { FileFacts } from '../runtime/file.ts';
import { errorParts, isError } from './error-parts.ts';
import { GRAPH_MARK } from './graph.ts';
import type { GraphNode, Slot, SpecialTag } from './graph.ts';
import { refusalOf, storeOf } from './refusal.ts';
import { MAX_VALUE_LENGTH, pathText, valueRefused, valueTooLarge } from './value-refused.ts';
import type { PathStep } from './value-refused.ts';

export interface GraphOptions {
  /** What the value is called in a refusal: `result`. */
  readonly at: string;
  /** By content: keys sorted, files by their digest, errors without stacks. */
  readonly canonical?: boolean;
  /** Without what is in errors: they travel whatever it is. */
  readonly errorsAreLeaves?: boolean;
  /** What stands in the place of files and directories that lay on this machine only. */
  readonly stored?: ReadonlyMap<object, FileFacts | DirectoryFacts>;
  /** Takes what has to be stored first; the text is of no use then. Where left out, such a value is refused. */
  readonly onUnstored?: (value: object, store: () => Promise<FileFacts | DirectoryFacts>) => void;
}

export function encodeGraph(value: unknown, options: GraphOptions): string {
  return new GraphEncoder(options).encode(value);
}

/** Flat: objects are taken from a list as they are found, so that depth costs nothing. */
class GraphEncoder {
  readonly #options: GraphOptions;
  readonly #indexes = new Map<object, number>();
  readonly #found: { readonly value: object; readonly parent: number; readonly step: PathStep | undefined }[] = [];
  /** The object that is read now; -1 is outside all. */
  #reading = -1;

  constructor(options: GraphOptions) {
    this.#options = options;
  }

  encode(value: unknown): string {
    return GRAPH_MARK + this.#text([this.#slot(value, undefined), this.#nodes()]);
  }

  /** Throws where the value cannot travel. */
  check(value: unknown): void {
    this.#slot(value, undefined);
    this.#nodes();
  }

  #nodes(): GraphNode[] {
    const nodes: GraphNode[] = [];
    for (let i = 0; i < this.#found.length; i += 1) {
      this.#reading = i;
      nodes.push(this.#node(this.#found[i]!.value));
    }
    return nodes;
  }

  #text(parts: readonly [Slot, readonly GraphNode[]]): string {
    try {
      return JSON.stringify(parts);
    } catch {
      // Longer than any string of this engine.
      throw valueTooLarge(this.#options.at, MAX_VALUE_LENGTH);
    }
  }

  #slot(value: unknown, step: PathStep | undefined): Slot {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'number':
        return Number.isFinite(value) && !Object.is(value, -0) ? value : [specialNumber(value)];
      case 'undefined':
        return ['undefined'];
      case 'bigint':
        return ['bigint', String(value)];
      case 'object':
        return value === null ? null : [this.#index(value, step)];
      case 'function':
        throw this.#refuse(step, 'is a function', 'Leave functions out: hand over data, or call a task.');
      case 'symbol':
        throw this.#refuse(step, 'is a symbol', 'Use a string in its place.');
    }
  }

  #index(value: object, step: PathStep | undefined): number {
    const known = this.#indexes.get(value);
    if (known !== undefined) return known;
    const index = this.#found.push({ value, parent: this.#reading, step }) - 1;
    this.#indexes.set(value, index);
    return index;
  }

  #node(value: object): GraphNode {
    try {
      const refusal = refusalOf(value);
      if (refusal) throw this.#refuse(undefined, refusal.what, refusal.hint);
      return this.#nodeOf(value);
    } catch (error) {
      if (error === this.#refused) throw error;
      throw this.#refuse(undefined, 'throws when it is read', 'Copy what you need of it into a plain object.', error);
    }
  }

  #nodeOf(value: object): GraphNode {
    if (Array.isArray(value)) return this.#array(value);
    if (isError(value)) return this.#error(value);
    const ref = this.#ref(value);
    if (ref) return ref;
    if (types.isDate(value)) return ['date', Number.isNaN(value.getTime()) ? null : value.getTime()];
    if (types.isRegExp(value)) return ['regexp', value.source, value.flags];
    if (types.isMap(value)) return ['map', ...this.#entries(value)];
    if (types.isSet(value)) return ['set', ...[...value].map((item, index) => this.#slot(item, { kind: 'item', index }))];
    if (types.isArrayBuffer(value)) return ['bytes', this.#base64(Buffer.from(value))];
    if (ArrayBuffer.isView(value)) return ['view', viewType(value), this.#base64(ownBytes(value))];
    if (value instanceof URL) return ['url', value.href];
    const kind = Object.getPrototypeOf(value) === null ? 'bare' : 'object';
    return [kind, ...this.#properties(value as Record<string, unknown>)];
  }

  #ref(value: object): GraphNode | undefined {
    const { canonical, stored, onUnstored } = this.#options;
    const file = fileFactsOf(value);
    const facts = stored?.get(value) ?? file ?? directoryFactsOf(value);
    if (!facts) return undefined;
    const store = stored?.has(value) ? undefined : storeOf(value);
    if (store && !onUnstored)
      throw this.#refuse(undefined, 'lies on this machine only', 'Store it first: File.fromLocal, Directory.fromLocal.');
    if (store) onUnstored?.(value, store);
    if (file) return ['file', canonical ? { sha256: (facts as FileFacts).sha256 ?? String(facts.uri) } : { ...facts }];
    return ['directory', canonical ? { sha256: String(facts.uri) } : { ...facts }];
  }

  #array(items: readonly unknown[]): GraphNode {
    const keys = Object.keys(items);
    const isDense = keys.length === items.length && !keys.some(isName);
    const slots: Slot[] = [];
    for (const key of keys) {
      const named = isName(key);
      if (!isDense) slots.push(named ? key : Number(key));
      const step: PathStep = named ? { kind: 'property', key } : { kind: 'index', index: Number(key) };
      slots.push(this.#slot((items as unknown as Record<string, unknown>)[key], step));
    }
    return isDense ? ['array', ...slots] : ['sparse', items.length, ...slots];
  }

  #entries(map: ReadonlyMap<unknown, unknown>): Slot[] {
    const slots: Slot[] = [];
    let index = 0;
    for (const [key, value] of map) {
      slots.push(this.#slot(key, { kind: 'key', index }), this.#slot(value, { kind: 'entry', key }));
      index += 1;
    }
    return slots;
  }

  #properties(value: Readonly<Record<string, unknown>>): (string | Slot)[] {
    const keys = Object.keys(value);
    if (this.#options.canonical) keys.sort();
    const slots: (string | Slot)[] = [];
    for (const key of keys) slots.push(key, this.#slot(value[key], { kind: 'property', key }));
    return slots;
  }

  /** Errors always travel; of their own fields those that can. */
  #error(error: Error): GraphNode {
    const { fields, cause, stack, ...rest } = errorParts(error);
    const { canonical = false, errorsAreLeaves = false } = this.#options;
    if (errorsAreLeaves) return ['error', { ...rest, fields: [] }];
    const kept = [...fields].filter(([, value]) => travels(value));
    if (canonical) kept.sort(([a], [b]) => (a < b ? -1 : 1));
    const slots = kept.flatMap(([key, value]): Slot[] => [key, this.#slot(value, { kind: 'property', key })]);
    return [
      'error',
      {
        ...rest,
        ...(stack === undefined || canonical ? {} : { stack }),
        fields: slots,
        ...(cause && travels(cause.value) ? { cause: this.#slot(cause.value, { kind: 'property', key: 'cause' }) } : {}),
      },
    ];
  }

  #base64(bytes: Buffer): string {
    const length = Math.ceil(bytes.byteLength / 3) * 4;
    if (length > MAX_VALUE_LENGTH) throw (this.#refused = valueTooLarge(this.#options.at, length));
    return bytes.toString('base64');
  }

  #refused: unknown;

  #refuse(step: PathStep | undefined, what: string, hint: string, cause?: unknown): unknown {
    const steps: PathStep[] = step ? [step] : [];
    for (let at = this.#reading; at >= 0; at = this.#found[at]!.parent) {
      const { step: own } = this.#found[at]!;
      if (own) steps.unshift(own);
    }
    this.#refused = valueRefused(pathText(this.#options.at, steps), what, hint, cause);
    return this.#refused;
  }
}

/** Only its own part of the buffer: small Buffers of Node are cut from one that holds foreign bytes. */
function ownBytes(view: ArrayBufferView): Buffer {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}

function viewType(view: ArrayBufferView): string {
  return types.isDataView(view) ? 'DataView' : String((view as Uint8Array)[Symbol.toStringTag]);
}

function specialNumber(value: number): SpecialTag {
  return Object.is(value, -0) ? '-0' : (String(value) as SpecialTag);
}

/** A property of an array that is no item of it. */
function isName(key: string): boolean {
  return !/^(0|[1-9]\d*)$/.test(key) || Number(key) >= 2 ** 32 - 1;
}

function travels(value: unknown): boolean {
  try {
    new GraphEncoder({ at: '', errorsAreLeaves: true }).check(value);
    return true;
  } catch {
    return false;
  }
}
