import { types } from 'node:util';
import { directoryFactsOf, fileFactsOf } from '@ambit/worker/runtime';
import type { Json } from '@ambit/plugin-api';
import { nestedAsFarAsPossible } from './nesting.ts';
import { looksTagged } from './tags.ts';

/** A value for people and programs: plain where it is plain, else tagged; a cycle, or a part seen before, is a reference to its path. */
export function toJson(value: unknown): Json {
  return nestedAsFarAsPossible(() => new JsonWriter().write(value, ''), 'The value');
}

class JsonWriter {
  /** On the way from the root to here: only these can close a cycle. */
  readonly #open = new Map<object, string>();

  write(value: unknown, path: string): Json {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'number':
        if (Number.isFinite(value) && !Object.is(value, -0)) return value;
        return { $number: Object.is(value, -0) ? '-0' : String(value) };
      case 'bigint':
        return { $bigint: String(value) };
      case 'object':
        return value === null ? null : this.#object(value, path);
      case 'undefined':
      case 'function':
      case 'symbol':
        return { $undefined: true };
    }
  }

  #object(value: object, path: string): Json {
    const seen = this.#open.get(value);
    if (seen !== undefined) return { $ref: seen === '' ? '/' : seen };
    this.#open.set(value, path);
    const json = this.#parts(value, path);
    this.#open.delete(value);
    return json;
  }

  #parts(value: object, path: string): Json {
    if (Array.isArray(value)) return Array.from(value, (item: unknown, index) => this.write(item, `${path}/${index}`));
    const file = fileFactsOf(value);
    if (file)
      return {
        $file: file.uri ?? null,
        ...(file.size !== undefined && { size: file.size }),
        ...(file.sha256 !== undefined && { sha256: file.sha256 }),
      };
    const directory = directoryFactsOf(value);
    if (directory) return { $directory: directory.uri };
    if (types.isDate(value)) return { $date: Number.isNaN(value.getTime()) ? null : value.toISOString() };
    if (types.isRegExp(value)) return { $regexp: [value.source, value.flags] };
    if (types.isMap(value))
      return {
        $map: [...value].map(([key, item], index) => [this.write(key, `${path}/${index}/0`), this.write(item, `${path}/${index}/1`)]),
      };
    if (types.isSet(value)) return { $set: [...value].map((item, index) => this.write(item, `${path}/${index}`)) };
    if (types.isArrayBuffer(value)) return { $bytes: Buffer.from(value).toString('base64') };
    if (ArrayBuffer.isView(value)) return { $bytes: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
    if (value instanceof URL) return { $url: value.href };
    if (types.isNativeError(value)) return { $error: this.#error(value, path) };
    const object = this.#fields(value, path);
    return looksTagged(value) ? { $object: object } : object;
  }

  #fields(value: object, path: string): { [key: string]: Json } {
    const fields: [string, Json][] = Object.entries(value).map(([key, item]) => [key, this.write(item, `${path}/${pointer(key)}`)]);
    return Object.fromEntries(fields);
  }

  #error(error: Error, path: string): Json {
    const own = this.#fields(error, path);
    return {
      name: error.name,
      message: error.message,
      ...(error.stack !== undefined && { stack: error.stack }),
      ...(Object.keys(own).length > 0 && { fields: own }),
      ...(error.cause !== undefined && { cause: this.write(error.cause, `${path}/cause`) }),
    };
  }
}

function pointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}
