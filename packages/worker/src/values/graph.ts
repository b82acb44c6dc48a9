import type { Digest } from '@ambit/plugin-api';

// The general form of an encoded value: `~` and the JSON of `[slot, nodes]`. What JSON has stands in its slot; every object
// is a node, so that shared, cyclic and deep values are flat.

/** JSON's own primitives; `[index]` of a node; or `[tag, …]` for a primitive that JSON has not. */
export type Slot = string | number | boolean | null | readonly [number] | readonly [SpecialTag] | readonly ['bigint', string];
export type SpecialTag = 'undefined' | 'NaN' | 'Infinity' | '-Infinity' | '-0';

export type GraphNode =
  | readonly ['object' | 'bare', ...(string | Slot)[]]
  | readonly ['array', ...Slot[]]
  /** Also an array with properties of its own besides items: index or name, and slot, in turn. */
  | readonly ['sparse', length: number, ...Slot[]]
  | readonly ['date', number | null]
  | readonly ['url', string]
  | readonly ['regexp', source: string, flags: string]
  | readonly ['map' | 'set', ...Slot[]]
  | readonly ['bytes', base64: string]
  | readonly ['view', type: string, base64: string]
  | readonly ['file', EncodedFile]
  | readonly ['directory', EncodedDirectory]
  | readonly ['error', EncodedErrorNode];

export interface EncodedFile {
  readonly uri?: string;
  readonly name?: string;
  readonly size?: number;
  readonly sha256?: string;
}

export interface EncodedDirectory {
  readonly uri?: string;
  readonly name?: string;
  readonly sha256?: string;
}

export interface EncodedErrorNode {
  /** The built-in class, `AmbitError` or `TaskError`. */
  readonly class: string;
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  /** Names and slots in turn. */
  readonly fields: readonly Slot[];
  readonly cause?: Slot;
}

export const GRAPH_MARK = '~';

/** A value that lies in the object store: `^` and the JSON of this. */
export interface LargeValue {
  readonly digest: Digest;
  readonly size: number;
  /** Of arguments: their identity (`inputDigest`). */
  readonly input?: Digest;
}

export const LARGE_MARK = '^';
