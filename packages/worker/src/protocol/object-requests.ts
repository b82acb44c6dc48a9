import { AmbitError } from '@ambit/plugin-api';
import type { Digest } from '@ambit/plugin-api';
import type { IncomingBlob } from './incoming-blob.ts';
import type { EngineMessage, WorkerMessage } from './messages.ts';
import { protocolBroken } from './protocol-errors.ts';
import type { SharedFolder } from './session.ts';
import type { Wire } from './wire.ts';

type Done = Extract<EngineMessage, { type: 'object.put.done' }>;
type Data = Extract<EngineMessage, { type: 'object.get.data' }>;
type Place = Extract<EngineMessage, { type: 'object.folder.is' | 'object.found' }>;
type Answer = Done | Place | (Data & { readonly blob?: IncomingBlob });

/** How many blobs a worker stores and fetches at once; further ones wait. */
const mostAtOnce = 64;

/** The worker's end of its requests for blobs. */
export class ObjectRequests {
  readonly #wire: Wire<WorkerMessage, EngineMessage>;
  readonly #asked = new Map<number, { resolve: (answer: Answer) => void; reject: (error: unknown) => void }>();
  readonly #queue: (() => void)[] = [];
  #open = 0;
  #next = 1;

  constructor(wire: Wire<WorkerMessage, EngineMessage>) {
    this.#wire = wire;
    void wire.ended.then((error) => {
      for (const { reject } of this.#asked.values()) reject(error);
      for (const go of this.#queue.splice(0)) go();
    });
  }

  async put(data: AsyncIterable<Uint8Array>): Promise<{ digest: Digest; size: number }> {
    await this.#enter();
    try {
      const answer = await this.#ask((request) => this.#wire.sendBlob((stream) => ({ type: 'object.put', request, stream }), data));
      if (answer.type !== 'object.put.done' || answer.digest === undefined || answer.size === undefined)
        throw refused('A blob could not be stored', 'error' in answer ? answer.error : undefined);
      return { digest: answer.digest as Digest, size: answer.size };
    } finally {
      this.#leave();
    }
  }

  async *get(digest: Digest, range: { from?: number; to?: number }): AsyncGenerator<Uint8Array> {
    await this.#enter();
    let closed: Promise<void> | undefined;
    try {
      const answer = await this.#ask((request) => this.#wire.send({ type: 'object.get', request, digest, ...range }));
      if (answer.type !== 'object.get.data' || !answer.blob)
        throw refused(`The blob ${digest} could not be read`, 'error' in answer ? answer.error : undefined);
      closed = answer.blob.closed;
      yield* answer.blob;
    } finally {
      if (closed) void closed.then(() => this.#leave());
      else this.#leave();
    }
  }

  async folder(): Promise<SharedFolder | undefined> {
    const answer = await this.#ask((request) => this.#wire.send({ type: 'object.folder', request }));
    if (answer.type !== 'object.folder.is' || answer.directory === undefined || !answer.proof) return undefined;
    return { directory: answer.directory, proof: answer.proof };
  }

  async take(name: string, { digest, size }: { readonly digest: string; readonly size: number }): Promise<void> {
    const answer = await this.#ask((request) => this.#wire.send({ type: 'object.take', request, name, digest, size }));
    if (answer.type !== 'object.put.done' || answer.error !== undefined)
      throw refused(`The blob ${digest} could not be handed over`, 'error' in answer ? answer.error : undefined);
  }

  async find(digest: string): Promise<string | undefined> {
    const answer = await this.#ask((request) => this.#wire.send({ type: 'object.find', request, digest }));
    return answer.type === 'object.found' ? answer.path : undefined;
  }

  answer(message: Done | Data | Place): void {
    const asked = this.#asked.get(message.request);
    if (!asked) throw protocolBroken(`an answer for the request ${message.request}, which was not made`);
    this.#asked.delete(message.request);
    const isBlob = message.type === 'object.get.data' && message.stream !== undefined;
    asked.resolve(isBlob ? { ...message, blob: this.#wire.receiveBlob(message.stream) } : message);
  }

  #ask(send: (request: number) => void): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#wire.error) return reject(this.#wire.error);
      const request = this.#next;
      this.#next += 1;
      this.#asked.set(request, { resolve, reject });
      send(request);
    });
  }

  async #enter(): Promise<void> {
    if (this.#open >= mostAtOnce && !this.#wire.error) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#open += 1;
  }

  #leave(): void {
    this.#open -= 1;
    this.#queue.shift()?.();
  }
}

function refused(what: string, why = 'the engine gave no reason'): AmbitError {
  return new AmbitError('AMBIT_OBJECT_FAILED', `${what}: ${why}`, {
    hint: "Look at the engine's object store: its disk, its rights, and whether the blob was deleted.",
  });
}
