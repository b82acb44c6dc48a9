import { AmbitError } from '../errors.ts';
import type { Outcome } from '../errors.ts';
import { openScope } from './call-scope.ts';
import type { CallScope } from './call-scope.ts';
import type { MapCall } from './map-call.ts';
import type { ParsedMapOptions } from './map-options.ts';

type Call<T, R> = (item: T, index: number) => R | PromiseLike<R>;

export interface MappingOptions extends ParsedMapOptions {
  /** How many items there are, where that is known. */
  readonly total?: number;
}

/** What goes on behind a `MapCall`. */
export class Mapping<T, R> implements MapCall<R> {
  readonly #source: Iterator<T> | AsyncIterator<T>;
  readonly #call: Call<T, R>;
  readonly #options: MappingOptions;
  readonly #scope: CallScope;
  readonly #outcomes = new Map<number, Outcome<R>>();
  /** Rejects as whoever awaits the results learns of it. */
  readonly #ended: Promise<void>;
  #end!: { resolve(): void; reject(error: unknown): void };
  #begun = 0;
  #running = 0;
  #isAsking = false;
  /** No more items come. */
  #isDone = false;
  #stopped: string | undefined;
  /** The failure that `await` rejects with. */
  #failure: { readonly index: number; readonly error: unknown } | undefined;
  /** The items could not be had. */
  #broken: { readonly error: unknown } | undefined;
  /** Whether results are dropped once they were taken. */
  #use: 'kept' | 'streamed' | undefined;
  #taken = 0;
  #waiting: (() => void)[] = [];

  constructor(source: Iterator<T> | AsyncIterator<T>, call: Call<T, R>, options: MappingOptions) {
    this.#source = source;
    this.#call = call;
    this.#options = options;
    this.#scope = openScope(options.label === undefined ? {} : { label: options.label });
    this.#ended = new Promise((resolve, reject) => (this.#end = { resolve, reject }));
    this.#ask();
  }

  then<A = R[], B = never>(
    onResults?: ((results: R[]) => A | PromiseLike<A>) | null,
    onFailure?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#keep(() => this.#ended.then(() => this.#results())).then(onResults, onFailure);
  }

  settled(): Promise<Outcome<R>[]> {
    return this.#keep(async () => {
      this.#ended.catch(() => undefined);
      while (!this.#isOver) await this.#change();
      if (this.#broken !== undefined) throw this.#broken.error;
      const skipped = Math.max((this.#options.total ?? 0) - this.#begun, 0);
      const reason = this.#stopped ?? '';
      return [...this.#inOrder(), ...Array.from({ length: skipped }, (): Outcome<R> => ({ status: 'skipped', reason }))];
    });
  }

  [Symbol.asyncIterator](): AsyncIterator<R> {
    this.#ended.catch(() => undefined);
    if (this.#use === 'streamed') return rejecting(streamed());
    this.#use ??= 'streamed';
    return this.#each();
  }

  get #isOver(): boolean {
    return this.#running === 0 && (this.#isDone || this.#stopped !== undefined);
  }

  async #keep<V>(use: () => Promise<V>): Promise<V> {
    if (this.#use === 'streamed') throw streamed();
    this.#use = 'kept';
    return use();
  }

  async *#each(): AsyncGenerator<R> {
    const isStreamed = this.#use === 'streamed';
    try {
      for (let index = 0; ; index += 1) {
        while (!this.#outcomes.has(index) && !this.#isOver && !this.#hasFailed) await this.#change();
        if (this.#hasFailed) throw this.#failure?.error;
        const outcome = this.#outcomes.get(index);
        if (outcome === undefined) break;
        if (isStreamed) this.#take(index);
        if (outcome.status === 'succeeded') yield outcome.value;
      }
      if (this.#failure !== undefined) throw this.#failure.error;
    } finally {
      if (isStreamed) this.#stop('nobody takes the results of its map any more');
    }
  }

  /** What there is to be told is the failure, and nothing else. */
  get #hasFailed(): boolean {
    return this.#failure !== undefined && !this.#options.finishOthers;
  }

  #take(index: number): void {
    this.#outcomes.delete(index);
    this.#taken = index + 1;
    this.#ask();
  }

  /** Asks for items while there is room. What is taken one by one waits in no more than as many results as calls may be open. */
  #ask(): void {
    const { concurrency } = this.#options;
    while (!this.#isAsking && !this.#isDone && this.#stopped === undefined && this.#running < concurrency) {
      if (this.#use === 'streamed' && this.#begun - this.#taken >= 2 * concurrency) return;
      try {
        const next = this.#scope.run(() => this.#source.next());
        if (!('then' in next)) this.#received(next);
        else {
          this.#isAsking = true;
          next.then(
            (step) => this.#resume(() => this.#received(step)),
            (error: unknown) => this.#resume(() => this.#sourceFailed(error)),
          );
        }
      } catch (error) {
        this.#sourceFailed(error);
      }
    }
  }

  #resume(then: () => void): void {
    this.#isAsking = false;
    then();
    this.#ask();
  }

  #received(step: IteratorResult<T>): void {
    if (step.done === true) {
      this.#isDone = true;
      this.#changed();
    } else if (this.#stopped === undefined) this.#begin(step.value);
  }

  /** It counts as the failure of the item that did not come. */
  #sourceFailed(error: unknown): void {
    this.#isDone = true;
    this.#broken = { error };
    this.#fail(this.#begun, error);
    this.#changed();
  }

  #begin(item: T): void {
    const index = this.#begun;
    this.#begun += 1;
    this.#running += 1;
    const calling = this.#scope.run(async () => this.#call(item, index));
    calling.then(
      (value) => this.#settle(index, { status: 'succeeded', value }),
      (error: unknown) => {
        this.#fail(index, error);
        this.#settle(index, outcomeOf(error));
      },
    );
  }

  #settle(index: number, outcome: Outcome<R>): void {
    this.#running -= 1;
    this.#outcomes.set(index, outcome);
    this.#ask();
    this.#changed();
  }

  #fail(index: number, error: unknown): void {
    const { finishOthers } = this.#options;
    if (this.#failure !== undefined && (!finishOthers || this.#failure.index < index)) return;
    this.#failure = { index, error };
    if (finishOthers) return;
    this.#stop('another call of the same map has failed');
    this.#end.reject(error);
  }

  #stop(reason: string): void {
    if (this.#isOver || this.#stopped !== undefined) return;
    this.#stopped = reason;
    this.#scope.cancel(reason);
    // An asynchronous source may have to end what it waits for first, and may fail at that: it is no matter any more.
    if (!this.#isDone) void (async () => this.#source.return?.())().catch(() => undefined);
    this.#changed();
  }

  #changed(): void {
    if (this.#isOver) {
      if (this.#failure !== undefined) this.#end.reject(this.#failure.error);
      else this.#end.resolve();
    }
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #inOrder(): Outcome<R>[] {
    return Array.from({ length: this.#begun }, (_, index) => this.#outcomes.get(index)!);
  }

  #results(): R[] {
    return this.#inOrder().map((outcome) => (outcome as Extract<Outcome<R>, { status: 'succeeded' | 'cached' }>).value);
  }
}

function outcomeOf<R>(error: unknown): Outcome<R> {
  if (AmbitError.is(error) && error.code === 'AMBIT_TASK_CANCELLED') {
    const { reason } = error.facts;
    return { status: 'cancelled', reason: typeof reason === 'string' ? reason : error.message };
  }
  return { status: 'failed', error: error as Extract<Outcome<R>, { status: 'failed' }>['error'] };
}

function streamed(): AmbitError {
  return new AmbitError('AMBIT_MAP_STREAMED', 'The results of a map were taken one by one, and are not kept.', {
    hint: 'Ask for all of them, with await or settled(), before for await begins; or collect them in the loop.',
  });
}

function rejecting(error: AmbitError): AsyncIterator<never> {
  return { next: () => Promise.reject(error) };
}
