import { checkBundle } from './bundle-files.ts';
import { handshake } from './handshake.ts';
import { commonVersion, helloText } from './hello.ts';
import { workerMessage } from './message-shapes.ts';
import { PROTOCOL_VERSIONS } from './messages.ts';
import type { EngineMessage, WorkerHello, WorkerMessage, WorkerState } from './messages.ts';
import { ObjectService } from './object-service.ts';
import { protocolBroken, protocolRefused } from './protocol-errors.ts';
import type { BundleFile, OpenSession, SessionOptions, WorkerSession } from './session.ts';
import { Wire } from './wire.ts';

type EngineWire = Wire<EngineMessage, WorkerMessage>;

/**
 * Does the engine's part of the hello. Rejects with `AMBIT_PROTOCOL_REFUSED` where engine and worker do not go together (the
 * fact `code` says why), `AMBIT_PROTOCOL_BROKEN` where what comes is no protocol of ours, and `AMBIT_CONNECTION_BROKEN`.
 */
export const openSession: OpenSession = async (connection, options, signal) => {
  const wire: EngineWire = new Wire(connection, { peer: 'worker', read: workerMessage, timings: options.timings });
  return handshake(wire, signal, async () => {
    const hello = await wire.next();
    if (hello.type !== 'hello') throw protocolBroken(`the worker's first word is "${hello.type}"`);
    const version = checkHello(hello, options.worker);
    const signature = options.sign(helloText(hello, options.epoch));
    wire.trust();
    wire.send({ type: 'hello', version, epoch: options.epoch, signature });
    return new EngineEnd(wire, options, hello.incarnation, await stateOf(wire, options.worker));
  });
};

function checkHello(hello: WorkerHello, worker: string): number {
  if (hello.worker !== worker)
    throw protocolRefused(
      `the worker is ${JSON.stringify(hello.worker)}, and not ${JSON.stringify(worker)}`,
      { code: 'worker', worker },
      'Find out who listens in its place.',
    );
  const version = commonVersion(hello.versions);
  if (version !== undefined) return version;
  const { min, max } = hello.versions;
  throw protocolRefused(
    `the worker ${worker} speaks the versions ${min} to ${max} of the protocol, and the engine ${PROTOCOL_VERSIONS.min} to ${PROTOCOL_VERSIONS.max}`,
    { code: 'version', worker },
    'Start a new worker: it gets the runtime of this version of Ambit.',
  );
}

const refusalHints = {
  epoch: 'Stop this engine: another one owns the run by now.',
  signature: 'Use the key that was made for the run when its workers were started.',
  version: 'Start a new worker: it gets the runtime of this version of Ambit.',
} as const;

async function stateOf(wire: EngineWire, worker: string): Promise<WorkerState> {
  const answer = await wire.next();
  if (answer.type === 'state') return answer;
  if (answer.type !== 'refused') throw protocolBroken(`the worker answers the hello with "${answer.type}"`);
  throw protocolRefused(
    `the worker ${worker} refuses the engine (${answer.message})`,
    { code: answer.code, worker },
    refusalHints[answer.code],
  );
}

const overtaking = new Set(['cancel', 'acknowledge']);

class EngineEnd implements WorkerSession {
  readonly incarnation: string;
  readonly state: WorkerState;
  readonly #wire: EngineWire;

  constructor(wire: EngineWire, options: SessionOptions, incarnation: string, state: WorkerState) {
    this.#wire = wire;
    this.incarnation = incarnation;
    this.state = state;
    const objects = new ObjectService(wire, options.objects);
    wire.listen({ onMessage: (message) => this.#take(message, options, objects), onEnd: options.onEnd });
  }

  sendBundle(bundle: { digest: string; entry: string; files: readonly BundleFile[] }): void {
    const { digest, entry } = bundle;
    const files = bundle.files.map(({ path, mode, data }) => ({ path, size: data.length, mode }));
    checkBundle({ digest, entry, files });
    this.#wire.sendBlob((stream) => ({ type: 'bundle', digest, entry, files, stream }), contents(bundle.files));
  }

  send(message: Parameters<WorkerSession['send']>[0]): void {
    if (message.type === 'attempt') this.#wire.send(message, { key: keyOf(message) });
    // What cancels an attempt must not overtake the attempt itself.
    else if (message.type === 'cancel') this.#wire.send(message, { urgent: !this.#wire.isWaiting(keyOf(message)) });
    else this.#wire.send(message, { urgent: overtaking.has(message.type) });
  }

  close(reason: string): Promise<void> {
    return this.#wire.close(reason);
  }

  #take(message: WorkerMessage, options: SessionOptions, objects: ObjectService): void {
    switch (message.type) {
      case 'object.put':
        return objects.put(message);
      case 'object.get':
        return objects.get(message);
      case 'object.folder':
        return objects.openFolder(message);
      case 'object.take':
        return objects.take(message);
      case 'object.find':
        return objects.find(message);
      case 'hello':
      case 'state':
      case 'refused':
      case 'ping':
      case 'pong':
      case 'goodbye':
        throw protocolBroken(`the worker sent "${message.type}" after the hello`);
      default:
        options.onMessage(message);
    }
  }
}

function keyOf({ action, attempt }: { readonly action: string; readonly attempt: number }): string {
  return `${action}/${attempt}`;
}

async function* contents(files: readonly BundleFile[]): AsyncGenerator<Uint8Array> {
  for (const { data } of files) yield data;
}
