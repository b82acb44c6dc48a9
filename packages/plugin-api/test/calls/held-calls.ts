import { expect } from 'vitest';
import { mapCall } from '../../src/index.ts';
import type { MapCall, MapOptions, Many } from '../../src/index.ts';

export const owner = { title: 'map', facts: { call: 'map' } };

/** Calls that end when the test says so. */
export class Calls {
  readonly begun: number[] = [];
  readonly #open = new Map<number, { resolve(value: string): void; reject(error: unknown): void }>();
  most = 0;

  readonly call = (item: number): Promise<string> => {
    this.begun.push(item);
    const promise = new Promise<string>((resolve, reject) => this.#open.set(item, { resolve, reject }));
    this.most = Math.max(this.most, this.#open.size);
    return promise;
  };

  map(items: Many<number>, options?: MapOptions): MapCall<string> {
    return mapCall(owner, items, this.call, options);
  }

  get open(): number[] {
    return [...this.#open.keys()];
  }

  async succeed(...items: number[]): Promise<void> {
    for (const item of items) this.#take(item).resolve(`r${item}`);
    await turn();
  }

  async fail(item: number, error: unknown = new Error(`e${item}`)): Promise<void> {
    this.#take(item).reject(error);
    await turn();
  }

  #take(item: number): { resolve(value: string): void; reject(error: unknown): void } {
    const open = this.#open.get(item);
    if (!open) expect.fail(`${item} is not open`);
    this.#open.delete(item);
    return open;
  }
}

export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
export const results = (count: number): string[] => Array.from({ length: count }, (_, index) => `r${index}`);
export const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

export function* counting(asked: number[], count: number): Generator<number> {
  for (const item of numbers(count)) {
    asked.push(item);
    yield item;
  }
}
