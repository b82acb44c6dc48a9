import { MAX_BLOBS } from './frame.ts';
import type { EngineMessage, WorkerMessage } from './messages.ts';
import { messageOf, protocolBroken } from './protocol-errors.ts';
import type { SessionOptions } from './session.ts';
import type { Wire } from './wire.ts';

type Put = Extract<WorkerMessage, { type: 'object.put' }>;
type Get = Extract<WorkerMessage, { type: 'object.get' }>;

/** The engine's end of a worker's requests for blobs. */
export class ObjectService {
  readonly #wire: Wire<EngineMessage, WorkerMessage>;
  readonly #objects: SessionOptions['objects'];
  #open = 0;

  constructor(wire: Wire<EngineMessage, WorkerMessage>, objects: SessionOptions['objects']) {
    this.#wire = wire;
    this.#objects = objects;
  }

  put({ request, stream }: Put): void {
    const blob = this.#wire.receiveBlob(stream);
    this.#serve(async () => {
      try {
        const { digest, size } = await this.#objects.put(blob);
        this.#wire.send({ type: 'object.put.done', request, digest, size });
      } catch (error) {
        this.#wire.send({ type: 'object.put.done', request, error: messageOf(error) });
      }
      blob.stop();
    });
  }

  get({ request, digest, from, to }: Get): void {
    this.#serve(async () => {
      try {
        const range = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
        const data = await begun(this.#objects.get(digest, range));
        this.#wire.sendBlob((stream) => ({ type: 'object.get.data', request, stream }), data);
      } catch (error) {
        this.#wire.send({ type: 'object.get.data', request, error: messageOf(error) });
      }
    });
  }

  /** A store without a folder says so; the worker then sends its blobs. */
  openFolder({ request }: Extract<WorkerMessage, { type: 'object.folder' }>): void {
    this.#serve(async () => {
      const folder = await this.#objects.folder?.open().catch(() => undefined);
      this.#wire.send({ type: 'object.folder.is', request, ...folder });
    });
  }

  take({ request, name, digest, size }: Extract<WorkerMessage, { type: 'object.take' }>): void {
    this.#serve(async () => {
      try {
        if (!this.#objects.folder) throw protocolBroken('there is no folder to take it from');
        await this.#objects.folder.take(name, digest, size);
        this.#wire.send({ type: 'object.put.done', request, digest, size });
      } catch (error) {
        this.#wire.send({ type: 'object.put.done', request, error: messageOf(error) });
      }
    });
  }

  find({ request, digest }: Extract<WorkerMessage, { type: 'object.find' }>): void {
    const path = this.#objects.folder?.path(digest);
    this.#wire.send({ type: 'object.found', request, ...(path === undefined ? {} : { path }) });
  }

  #serve(work: () => Promise<void>): void {
    if (this.#open + this.#wire.sending >= MAX_BLOBS) throw protocolBroken(`a worker asks for more than ${MAX_BLOBS} blobs at once`);
    this.#open += 1;
    void work().finally(() => (this.#open -= 1));
  }
}

/** Its first bytes are there: what cannot be read at all is known before it is answered. */
async function begun(data: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const source = data[Symbol.asyncIterator]();
  let first: IteratorResult<Uint8Array> | undefined = await source.next();
  const iterator: AsyncIterator<Uint8Array> = {
    next: async () => {
      const result = first ?? (await source.next());
      first = undefined;
      return result;
    },
    return: async () => (await source.return?.()) ?? { done: true, value: undefined },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}
