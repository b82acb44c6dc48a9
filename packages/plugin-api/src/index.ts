export type { BuildEvent, BuildRequest, BuilderDescription, ImageBuilder } from './builder.ts';
export type { Connection } from './connection.ts';
export { AmbitError } from './errors.ts';
export type { AmbitErrorOptions, FailureClass } from './errors.ts';
export type {
  Cause,
  Executor,
  ExecutorDescription,
  Found,
  Gpu,
  OwnedItem,
  PreflightFinding,
  Reservation,
  ReserveAnswer,
  Reserved,
  StopMechanism,
  Stopped,
  WorkerEvent,
  WorkerHandle,
} from './executor.ts';
export type { BuiltImage, Existence, ImageIdentity, ImageManifest } from './image.ts';
export type { Digest, Json } from './json.ts';
export type { Layer, LayerKind } from './layer.ts';
export type { LayerEntry, LayerFiles } from './layer-files.ts';
export type { Location, LocationKind } from './location.ts';
export type { Logger } from './logger.ts';
export type { Machine, MachineFacts, MachineRunOptions, MachineRunResult } from './machine.ts';
export type { ObjectStore } from './object-store.ts';
export { definePlugin } from './plugin.ts';
export type { Clock, Plugin, PluginHost } from './plugin.ts';
export type { LogChunk, NewRunEvent, RunEvent, RunFilter, RunStore, RunSummary } from './run-store.ts';
export type { SecretSource } from './secret-source.ts';
export type { SharedState } from './shared-state.ts';
export type { StandardIssue, StandardResult, StandardSchemaV1 } from './standard-schema.ts';
export { WORKER_VARIABLE, workerCommand } from './worker-command.ts';
export type { WorkerListen, WorkerPlace, WorkerSpec } from './worker-command.ts';
export type { Placement, WorkerRequest, WorkerResources } from './worker-request.ts';
