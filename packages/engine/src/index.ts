export { buildContext } from './build/build-context.ts';
export { createEngine } from './create-engine.ts';
export { secretValue } from './place/secret-value.ts';
export type {
  BuildOptions,
  BuiltImageReport,
  Engine,
  EngineParts,
  FilesRequest,
  LeftRunCancel,
  Planned,
  RunHandle,
  RunOutcome,
  RunRequest,
  WantedRuntime,
} from './engine.ts';
export type { ActionStatus, ErrorDocument, RunEventData, RunEventType, RunNotice, StopEvidence, TypedRunEvent } from './record/events.ts';
