export { PROTOCOL_VERSIONS } from './messages.ts';
export type {
  AttemptMessage,
  AttemptOutcome,
  AttemptReport,
  BundleMessage,
  ChildOutcome,
  EncodedValue,
  EngineHello,
  EngineMessage,
  SecretsMessage,
  WireError,
  WorkerHello,
  WorkerMessage,
  WorkerSecret,
  WorkerState,
} from './messages.ts';
export { openSession } from './open-session.ts';
export type { BundleFile, OpenSession, SessionEvent, SharedFolder, SessionOptions, Sign, WorkerSession } from './session.ts';
export { GuardedSecrets } from '../secrets/guarded-secrets.ts';
export { redactMessage } from '../secrets/redact-message.ts';
export { Redaction } from '../secrets/redaction.ts';
export { acceptEngine } from './accept-engine.ts';
export type {
  AcceptEngine,
  EngineEvent,
  EngineSession,
  IncomingBundle,
  WorkerEndOptions,
  WorkerIdentity,
  WorkerSend,
} from './worker-end.ts';
export type { Timings } from './timings.ts';
