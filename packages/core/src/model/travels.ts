declare const why: unique symbol;

/** What no function is: its text says why one cannot be a task. */
export interface No<Why extends string> {
  readonly [why]: Why;
}

/** A `File` by its shape, so that those of two copies of Ambit are one. */
export interface FileShape {
  readonly uri: string;
  readonly name: string;
  text(): Promise<string>;
  bytes(): Promise<Uint8Array>;
  write(data: never): Promise<unknown>;
}

/** A `Directory` by its shape. */
export interface DirectoryShape {
  readonly uri: string;
  readonly name: string;
  file(path: string): FileShape;
  download(to: string): Promise<string>;
}

interface UrlShape {
  readonly href: string;
  readonly origin: string;
  readonly searchParams: object;
}

type Primitive = string | number | bigint | boolean | null | undefined | void;
type Whole = Date | RegExp | Error | ArrayBuffer | ArrayBufferView | FileShape | DirectoryShape | UrlShape;
type Callable = ((...args: never[]) => unknown) | (abstract new (...args: never[]) => unknown);
type GlobalFile = typeof globalThis extends { File: { prototype: infer F } } ? F : never;
type Stream = AsyncIterable<unknown> | { readonly getReader: unknown; readonly tee: unknown };
type Collection = ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>;

/** `unknown` where F can be a task; else `No` with the reason. */
export type Runs<F> = F extends (...args: infer A) => infer R ? Travels<A, Settled<R>> : unknown;

/** `Awaited`, for much less where it is a promise of the language: its value is read off, not worked out. */
export type Settled<R> = R extends Promise<infer V> ? V : Awaited<R>;

/** `unknown` where arguments and result of a task can travel, as far as types tell; else `No`, naming the path to what cannot. */
export type Travels<A extends readonly unknown[], R, Why extends string = Refused<A[number], 'args[]'> | Refused<R, 'result'>> = [
  Why,
] extends [never]
  ? unknown
  : No<Why>;

/** The paths in T to what cannot travel. What is told apart is in the order of how often it is met: checking costs editors time. */
type Refused<T, Path extends string, Depth extends 0[] = []> = Depth['length'] extends 6
  ? never
  : unknown extends T
    ? never
    : T extends Primitive
      ? never
      : T extends readonly (infer E)[]
        ? Refused<E, `${Path}[]`, [...Depth, 0]>
        : T extends Whole | symbol | Callable | GlobalFile | PromiseLike<unknown> | Stream | Collection
          ? RefusedSpecial<T, Path, [...Depth, 0]>
          : { [K in keyof T & string]-?: Refused<T[K], `${Path}.${K}`, [...Depth, 0]> }[keyof T & string];

type RefusedSpecial<T, Path extends string, Depth extends 0[]> = T extends Whole
  ? never
  : T extends symbol
    ? `${Path} is a symbol`
    : T extends Callable
      ? `${Path} is a function`
      : T extends GlobalFile
        ? `${Path}: import { File } from 'ambit'`
        : T extends PromiseLike<unknown>
          ? `${Path} is a promise`
          : T extends ReadonlyMap<infer K, infer V>
            ? Refused<K | V, Path, Depth>
            : T extends ReadonlySet<infer V>
              ? Refused<V, Path, Depth>
              : `${Path} is a stream: write a File`;
