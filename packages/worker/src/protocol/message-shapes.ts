import { FIRST_BLOB_STREAM } from './frame.ts';
import type { EngineMessage, WorkerMessage } from './messages.ts';
import { protocolBroken } from './protocol-errors.ts';

type Test = (value: unknown) => boolean;

const text: Test = (value) => typeof value === 'string';
const count: Test = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const amount: Test = (value) => Number.isFinite(value) && (value as number) >= 0;
const stream: Test = (value) => count(value) && (value as number) >= FIRST_BLOB_STREAM;
const flag: Test = (value) => typeof value === 'boolean';
const object: Test = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const output: Test = (value) => value === 'stdout' || value === 'stderr';
const refusalCode: Test = (value) => value === 'epoch' || value === 'signature' || value === 'version';
const any: Test = (value) => value !== undefined;
const optional =
  (test: Test): Test =>
  (value) =>
    value === undefined || test(value);
const list =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) && value.every(test);
const shape = (fields: Readonly<Record<string, Test>>): Test => {
  const entries = Object.entries(fields);
  return (value) => object(value) && entries.every(([name, test]) => test((value as Record<string, unknown>)[name]));
};

const attempt = { action: text, attempt: count };
const call = { ...attempt, call: count };
const versions = shape({ min: count, max: count });
const error = shape({ name: text, message: text });
const outcome = either({
  succeeded: shape({ value: text }),
  failed: shape({ failure: text, code: text, message: text, retryable: flag, error: optional(error) }),
  cancelled: shape({ reason: text }),
});
const childOutcome = either({ succeeded: shape({ value: text }), failed: shape({ error }), cancelled: shape({ reason: text }) });
const report = shape({ ...attempt, outcome, startedAt: text, endedAt: text, peakMemory: optional(amount), tainted: flag });
const file = shape({ path: text, size: count, mode: count });
const secret = shape({ name: text, value: text, kind: (kind) => kind === 'env' || kind === 'file', path: optional(text) });
const running = shape({ ...attempt, calls: list(count) });

const shared = { ping: shape({}), pong: shape({}), goodbye: shape({ reason: text }) };

const fromEngine: Readonly<Record<EngineMessage['type'], Test>> = {
  ...shared,
  hello: shape({ version: count, epoch: count, signature: text }),
  secrets: shape({ values: list(secret) }),
  bundle: shape({ digest: text, entry: text, files: list(file), stream }),
  attempt: shape({ ...attempt, run: text, task: text, bundle: text, args: text, timeoutMs: optional(amount) }),
  cancel: shape({ ...attempt, reason: text }),
  acknowledge: shape(attempt),
  'call.outcome': shape({ ...call, outcome: childOutcome }),
  'log.stored': shape({ ...attempt, stdout: count, stderr: count }),
  'object.put.done': shape({ request: count, digest: optional(text), size: optional(count), error: optional(text) }),
  'object.get.data': shape({ request: count, stream: optional(stream), error: optional(text) }),
  'object.folder.is': shape({ request: count, directory: optional(text), proof: optional(shape({ name: text, content: text })) }),
  'object.found': shape({ request: count, path: optional(text) }),
  shutdown: shape({}),
};

const fromWorker: Readonly<Record<WorkerMessage['type'], Test>> = {
  ...shared,
  hello: shape({ versions, worker: text, incarnation: text, nonce: text }),
  state: shape({ bundle: optional(text), running: list(running), unacknowledged: list(report) }),
  refused: shape({ code: refusalCode, message: text }),
  'bundle.loaded': shape({ digest: text, error: optional(error), failure: optional(text), code: optional(text) }),
  'attempt.started': shape({ ...attempt, at: text }),
  'attempt.ended': shape({ report }),
  call: shape({ ...call, task: text, args: text, options: optional(object) }),
  step: shape({ ...attempt, step: count, name: text, value: optional(text), error: optional(error) }),
  'call.cancel': shape({ ...call, reason: text }),
  log: shape({ ...attempt, stream: output, offset: count, at: text, data: text }),
  'object.put': shape({ request: count, stream }),
  'object.get': shape({ request: count, digest: text, from: optional(count), to: optional(count) }),
  'object.folder': shape({ request: count }),
  'object.take': shape({ request: count, name: text, digest: text, size: count }),
  'object.find': shape({ request: count, digest: text }),
  usage: shape({ memory: amount, peakMemory: amount }),
  progress: shape({ ...attempt, data: any }),
};

/** Reads what an engine sent. */
export function engineMessage(value: unknown): EngineMessage {
  return checked<EngineMessage>(value, fromEngine, 'engine');
}

/** Reads what a worker sent. */
export function workerMessage(value: unknown): WorkerMessage {
  return checked<WorkerMessage>(value, fromWorker, 'worker');
}

function checked<Message>(value: unknown, shapes: Readonly<Record<string, Test>>, sender: string): Message {
  const type = object(value) ? (value as { type?: unknown }).type : undefined;
  if (typeof type !== 'string' || !Object.hasOwn(shapes, type))
    throw protocolBroken(`the ${sender} sent a message of the unknown type ${JSON.stringify(type)?.slice(0, 100)}`);
  if (shapes[type]!(value)) return value as Message;
  throw protocolBroken(`the ${sender} sent a message "${type}" whose fields are not as they must be`);
}

function either(shapes: Readonly<Record<string, Test>>): Test {
  return (value) => {
    const status = object(value) ? (value as { status?: unknown }).status : undefined;
    return typeof status === 'string' && Object.hasOwn(shapes, status) && shapes[status]!(value);
  };
}
