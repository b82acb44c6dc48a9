import { checkBundle, incomingBundle } from './bundle-files.ts';
import { handshake } from './handshake.ts';
import { helloText, isOurVersion, isSignedBy, newNonce } from './hello.ts';
import { engineMessage } from './message-shapes.ts';
import { PROTOCOL_VERSIONS } from './messages.ts';
import type { BundleMessage, EngineHello, EngineMessage, WorkerHello, WorkerMessage } from './messages.ts';
import { ObjectRequests } from './object-requests.ts';
import { messageOf, protocolBroken, protocolRefused } from './protocol-errors.ts';
import { Wire } from './wire.ts';
import type { AcceptEngine, EngineSession, WorkerEndOptions, WorkerSend } from './worker-end.ts';

type WorkerWire = Wire<WorkerMessage, EngineMessage>;
type RefusalCode = Extract<WorkerMessage, { type: 'refused' }>['code'];

/** Does the worker's part of the hello: the worker speaks first, and nothing of the run is said before the engine is proved. */
export const acceptEngine: AcceptEngine = async (connection, options, signal) => {
  const wire: WorkerWire = new Wire(connection, { peer: 'engine', read: engineMessage, timings: options.timings });
  return handshake(wire, signal, async () => {
    const { worker, incarnation } = options.identity;
    const hello: WorkerHello = { type: 'hello', versions: PROTOCOL_VERSIONS, worker, incarnation, nonce: newNonce() };
    wire.send(hello);
    const answer = await wire.next();
    if (answer.type !== 'hello') throw protocolBroken(`the engine's first word is "${answer.type}"`);
    const refusal = refusalOf(hello, answer, options);
    if (refusal) {
      wire.send({ type: 'refused', ...refusal });
      throw protocolRefused(refusal.message, { code: refusal.code, worker }, 'Connect with the engine that owns the run.');
    }
    options.epochs.highest = answer.epoch;
    wire.trust();
    wire.send(options.state());
    return new WorkerEnd(wire, options, answer.epoch);
  });
};

function refusalOf(hello: WorkerHello, answer: EngineHello, options: WorkerEndOptions): { code: RefusalCode; message: string } | undefined {
  const { version, epoch, signature } = answer;
  const { min, max } = hello.versions;
  if (!isOurVersion(version))
    return { code: 'version', message: `the engine takes version ${version}, and the worker has ${min} to ${max}` };
  if (!isSignedBy(options.identity.publicKey, helloText(hello, epoch), signature))
    return { code: 'signature', message: 'the signature is not by the key of the run' };
  const { highest } = options.epochs;
  return epoch < highest ? { code: 'epoch', message: `its epoch is ${epoch}, and an engine with ${highest} was here` } : undefined;
}

class WorkerEnd implements EngineSession {
  readonly epoch: number;
  readonly #wire: WorkerWire;
  readonly #objects: ObjectRequests;

  constructor(wire: WorkerWire, options: WorkerEndOptions, epoch: number) {
    this.#wire = wire;
    this.epoch = epoch;
    this.#objects = new ObjectRequests(wire);
    wire.listen({ onMessage: (message) => this.#take(message, options), onEnd: options.onEnd });
  }

  get buffered(): number {
    return this.#wire.buffered;
  }

  drained(): Promise<void> {
    return this.#wire.drained();
  }

  send(message: WorkerSend): void {
    if (message.type === 'call') this.#wire.send(message, { key: keyOf(message) });
    // What cancels a call must not overtake the call itself.
    else if (message.type === 'call.cancel') this.#wire.send(message, { urgent: !this.#wire.isWaiting(keyOf(message)) });
    else this.#wire.send(message);
  }

  putObject(data: AsyncIterable<Uint8Array>): ReturnType<EngineSession['putObject']> {
    return this.#objects.put(data);
  }

  getObject(...[digest, range]: Parameters<EngineSession['getObject']>): AsyncIterable<Uint8Array> {
    return this.#objects.get(digest, range);
  }

  objectFolder(): ReturnType<EngineSession['objectFolder']> {
    return this.#objects.folder();
  }

  takeObject(...[name, content]: Parameters<EngineSession['takeObject']>): Promise<void> {
    return this.#objects.take(name, content);
  }

  findObject(digest: string): Promise<string | undefined> {
    return this.#objects.find(digest);
  }

  close(reason: string): Promise<void> {
    return this.#wire.close(reason);
  }

  #take(message: EngineMessage, options: WorkerEndOptions): void {
    switch (message.type) {
      case 'object.put.done':
      case 'object.get.data':
      case 'object.folder.is':
      case 'object.found':
        return this.#objects.answer(message);
      case 'bundle':
        return options.onBundle(this.#bundle(message));
      case 'hello':
      case 'ping':
      case 'pong':
      case 'goodbye':
        throw protocolBroken(`the engine sent "${message.type}" after the hello`);
      default:
        options.onMessage(message);
    }
  }

  #bundle(message: BundleMessage): ReturnType<typeof incomingBundle> {
    try {
      checkBundle(message);
    } catch (error) {
      throw protocolBroken(messageOf(error), error);
    }
    return incomingBundle(message, this.#wire.receiveBlob(message.stream));
  }
}

function keyOf({ action, attempt, call }: { readonly action: string; readonly attempt: number; readonly call: number }): string {
  return `${action}/${attempt}/${call}`;
}
