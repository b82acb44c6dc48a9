export { createEngine } from './create-engine.ts';
export type {
  BuildOptions,
  BuiltImageReport,
  Engine,
  EngineParts,
  FilesRequest,
  Planned,
  RunHandle,
  RunOutcome,
  RunRequest,
  WantedRuntime,
} from './engine.ts';
export type { ActionStatus, ErrorDocument, RunEventData, RunEventType, RunNotice, StopEvidence, TypedRunEvent } from './record/events.ts';
