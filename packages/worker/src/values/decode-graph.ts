import { AmbitError } from '@ambit/plugin-api';
import { Directory } from '../runtime/directory.ts';
import { File } from '../runtime/file.ts';
import { builtError, setHidden } from './build-error.ts';
import type { EncodedErrorNode, GraphNode, Slot } from './graph.ts';

/** First all objects, then what is in them: cycles and depth are no matter. */
export function decodeGraph(root: Slot, nodes: readonly GraphNode[]): unknown {
  const objects = nodes.map(shell);
  const read = (slot: Slot): unknown => (Array.isArray(slot) ? special(slot as readonly unknown[], objects) : slot);
  nodes.forEach((node, index) => fill(objects[index], node, read));
  return read(root);
}

function special(slot: readonly unknown[], objects: readonly unknown[]): unknown {
  const [tag, text] = slot;
  if (typeof tag === 'number') {
    if (tag in objects) return objects[tag];
    throw malformed(`it refers to the object ${tag}, which it has not`);
  }
  if (tag === 'undefined') return undefined;
  if (tag === 'bigint') return BigInt(String(text));
  return Number(tag);
}

function shell(node: GraphNode): unknown {
  switch (node[0]) {
    case 'object':
      return {};
    case 'bare':
      return Object.create(null);
    case 'array':
      return [];
    case 'sparse':
      return sparse(node[1]);
    case 'date':
      return new Date(node[1] ?? NaN);
    case 'url':
      return new URL(node[1]);
    case 'regexp':
      return new RegExp(node[1], node[2]);
    case 'map':
      return new Map();
    case 'set':
      return new Set();
    case 'bytes':
      return bytes(node[1]).buffer;
    case 'view':
      return view(node[1], bytes(node[2]).buffer);
    case 'file':
      return File.fromFacts({ ...node[1], name: node[1].name ?? 'file' });
    case 'directory':
      return Directory.fromFacts({ uri: String(node[1].uri), name: node[1].name ?? '' });
    case 'error':
      return builtError(node[1].class, node[1], plainFields(node[1]));
  }
  throw malformed(`it holds "${String((node as readonly unknown[])[0])}", which this version does not know`);
}

/** Without allocating what the length claims. */
function sparse(length: number): unknown[] {
  const array: unknown[] = [];
  array[2 ** 32 - 2] = 0;
  Reflect.deleteProperty(array, 2 ** 32 - 2);
  array.length = length;
  return array;
}

/** A copy of its own: small Buffers share their memory with others. */
function bytes(base64: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(base64, 'base64'));
}

type ViewConstructor = new (buffer: ArrayBuffer) => ArrayBufferView;

function view(type: string, buffer: ArrayBuffer): ArrayBufferView {
  const constructor = /^([A-Z]\w+Array|DataView)$/.test(type)
    ? (globalThis as unknown as Record<string, ViewConstructor>)[type]
    : undefined;
  if (constructor) return new constructor(buffer);
  throw malformed(`this version of Node has no ${type}`);
}

/** What a class needs to be made: fields that are no objects. */
function plainFields({ fields }: EncodedErrorNode): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  for (let i = 0; i < fields.length; i += 2) if (!Array.isArray(fields[i + 1])) plain[String(fields[i])] = fields[i + 1];
  return plain;
}

function fill(object: unknown, node: GraphNode, read: (slot: Slot) => unknown): void {
  const [kind] = node;
  if (kind === 'object' || kind === 'bare') {
    for (let i = 1; i < node.length; i += 2) setProperty(object as object, String(node[i]), read(node[i + 1] as Slot));
  } else if (kind === 'array') {
    for (let i = 1; i < node.length; i += 1) (object as unknown[]).push(read(node[i] as Slot));
  } else if (kind === 'sparse') {
    for (let i = 2; i < node.length; i += 2) setProperty(object as object, String(node[i]), read(node[i + 1] as Slot));
  } else if (kind === 'map') {
    for (let i = 1; i < node.length; i += 2) (object as Map<unknown, unknown>).set(read(node[i] as Slot), read(node[i + 1] as Slot));
  } else if (kind === 'set') {
    for (let i = 1; i < node.length; i += 1) (object as Set<unknown>).add(read(node[i] as Slot));
  } else if (kind === 'error') fillError(object as Error, node[1], read);
}

function fillError(error: Error, { fields, cause }: EncodedErrorNode, read: (slot: Slot) => unknown): void {
  for (let i = 0; i < fields.length; i += 2) {
    const name = String(fields[i]);
    const value = read(fields[i + 1] as Slot);
    if (name === 'errors' && error instanceof AggregateError) setHidden(error, name, value);
    else setProperty(error, name, value);
  }
  if (cause !== undefined) setHidden(error, 'cause', read(cause));
}

/** `__proto__` is a key like any other. */
function setProperty(object: object, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  else (object as Record<string, unknown>)[key] = value;
}

export function malformed(why: string, cause?: unknown): AmbitError {
  return new AmbitError('AMBIT_VALUE_MALFORMED', `A stored or sent value cannot be read: ${why}.`, {
    hint: 'Use the version of Ambit that wrote it.',
    cause,
  });
}
