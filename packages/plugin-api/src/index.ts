export type { BuildEvent, BuildRequest, BuilderDescription, DescribeOptions, ImageBuilder } from './builder.ts';
export type { Connection } from './connection.ts';
export { AmbitError } from './errors.ts';
export type { AmbitErrorOptions, FailureClass, Outcome, TaskFailure } from './errors.ts';
export type {
  Cause,
  Executor,
  ExecutorDescription,
  Found,
  FoundImage,
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
export type { BuildContext, InstallerSettings, RenderedImage, RenderedInstruction, RenderedStep } from './rendered-image.ts';
export type { Location, LocationKind } from './location.ts';
export type { Logger } from './logger.ts';
export type { Machine, MachineFacts, MachineRunOptions, MachineRunResult } from './machine.ts';
export type { ObjectFolder, ObjectStore } from './object-store.ts';
export { readText, writeText } from './machine-text.ts';
export { platformOf } from './platform-of.ts';
export { definePlugin } from './plugin.ts';
export type { Clock, Plugin, PluginHost } from './plugin.ts';
export { copyRuntimeCommand, PORTABLE_RUNTIME_DIRECTORY, relayCommand } from './portable-runtime.ts';
export type { LogChunk, NewRunEvent, RunEvent, RunFilter, RunStore, RunSummary } from './run-store.ts';
export { secretVariable } from './secret-source.ts';
export type { SecretSource } from './secret-source.ts';
export type { AmountLease, LeaseAnswer, LeaseOptions, NamedLease, SharedState } from './shared-state.ts';
export type { SchemaInput, SchemaOutput, StandardIssue, StandardResult, StandardSchemaV1 } from './standard-schema.ts';
export { streamConnection } from './simple/byte-stream.ts';
export type { ByteStream } from './simple/byte-stream.ts';
export { sharedBuilds } from './simple/shared-builds.ts';
export type { MakeImage, TellBuild } from './simple/shared-builds.ts';
export { simpleExecutor } from './simple/simple-executor.ts';
export type { SimpleExecutorParts, SimpleWorker, StartableWorker } from './simple/simple-executor-parts.ts';
export { tar } from './simple/tar.ts';
export type { TarEntry } from './simple/tar.ts';
export { checkedWorkerId, workerStateUnusable } from './simple/worker-state.ts';
export { taskVariables } from './task-variables.ts';
export { WORKER_VARIABLE, workerCommand } from './worker-command.ts';
export type { WorkerGpu, WorkerListen, WorkerPlace, WorkerSpec } from './worker-command.ts';
export type { Placement, WorkerRequest, WorkerResources } from './worker-request.ts';

// What the packages of Ambit share; no plugin needs it.
export type { CallScope, ScopeOptions } from './calls/call-scope.ts';
export { openScope } from './calls/call-scope.ts';
export { mapCall } from './calls/map-call.ts';
export type { Many, MapCall } from './calls/map-call.ts';
export type { MapOptions } from './calls/map-options.ts';
export { acceptInput, acceptOutput, callChecked } from './calls/schema-check.ts';
export type { TaskSchemas } from './calls/schema-check.ts';
export { here } from './options/definition-place.ts';
export {
  checkOptionNames,
  checkOptions,
  checkText,
  checkTexts,
  checkVariables,
  definitionError,
  describeValue,
  isPlainObject,
  optionError,
} from './options/option-check.ts';
export type { Owner, Wanted } from './options/option-check.ts';
export { parseOverride, policyOfCall } from './options/call-options.ts';
export type { CallOptions, TaskOverride } from './options/call-options.ts';
export { withoutPasswords } from './passwords.ts';
export { formatBytes, parseBytes, parseDuration } from './options/quantities.ts';
export type { Bytes, Duration } from './options/quantities.ts';
export { parseResources } from './options/resources.ts';
export type { ParsedResources, Resources } from './options/resources.ts';
export { didYouMean, suggestion } from './options/suggestion.ts';
export { parseRetries, parseTimeout, taskOptions } from './options/task-options.ts';
export type { RetryOptions, TaskOptions, TimeoutOptions } from './options/task-options.ts';
export { retryDelayMs } from './options/task-policy.ts';
export type { Backoff, RetryPolicy, TaskPolicy, TimeoutPolicy } from './options/task-policy.ts';
