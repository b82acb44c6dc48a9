export { memoryBuilder, MEMORY_MACHINE } from './memory/memory-builder.ts';
export type { MemoryBuilder, MemoryBuilderOptions, MemoryBuildFailure } from './memory/memory-builder.ts';
export { memoryObjects } from './memory/memory-objects.ts';
export type { MemoryBlobs } from './memory/memory-objects.ts';
export { memoryRunGround, memoryRuns } from './memory/memory-runs.ts';
export type { MemoryRunGround } from './memory/memory-runs.ts';
export { memoryShared } from './memory/memory-shared.ts';
export type { MemoryLeases, MemorySharedOptions } from './memory/memory-shared.ts';
export { recordingLogger, silentLogger } from './fakes/recording-logger.ts';
export type { LogEntry, RecordingLogger } from './fakes/recording-logger.ts';
export { testClock, wallClock } from './fakes/test-clock.ts';
export type { TestClock } from './fakes/test-clock.ts';
export { memoryExecutor } from './memory/memory-executor.ts';
export type { MemoryExecutor, MemoryExecutorOptions } from './memory/memory-executor.ts';
export { memoryPlace } from './memory/memory-place.ts';
export type { MemoryFaults, MemoryPlace } from './memory/memory-place.ts';
export type { MemoryTask, MemoryTaskContext } from './memory/memory-task.ts';
export { connectionPair } from './memory/memory-connection.ts';
export type { ConnectionPair } from './memory/memory-connection.ts';
export { cannotCheck, describeClauses, runClause } from './clauses/clause.ts';
export type { Clause, Disposable, NotClaimed, TestFramework } from './clauses/clause.ts';
export type { BuilderContext, ExecutorContext, ObjectStoreContext, RunStoreContext, SharedStateContext } from './clauses/contexts.ts';
export { objectStoreClauses } from './clauses/object-store-clauses.ts';
export { sharedStateClauses } from './clauses/shared-state-clauses.ts';
export { runStoreClauses } from './clauses/run-store-clauses.ts';
export { builderClauses } from './clauses/builder-clauses.ts';
export { memoryFiles } from './fakes/memory-files.ts';
export type { MemoryFiles } from './fakes/memory-files.ts';
export { memoryMachine } from './fakes/memory-machine.ts';
export type { MemoryMachine, MemoryMachineOptions } from './fakes/memory-machine.ts';
export { testHost } from './fakes/test-host.ts';
export type { TestHostOptions } from './fakes/test-host.ts';
export { executorClauses } from './clauses/executor-clauses.ts';
export { conformanceTasks } from './clauses/conformance-tasks.ts';
export { pluginClauses } from './clauses/plugin-clauses.ts';
export type { PluginContext } from './clauses/plugin-clauses.ts';
export { conform } from './conform/conform.ts';
export type { ConformanceModule, ConformOptions } from './conform/conform.ts';
export { conforms } from './conform/conformance-report.ts';
export type { ClauseResult, ConformanceReport, ConformanceRole, ConformanceTotals, RoleReport } from './conform/conformance-report.ts';
export type { Conformance, ConformanceGround, ConformanceTools, ContainerTools, MakeContext } from './conform/conformance-tools.ts';
export { folderTools } from './conform/folder-tools.ts';
export type { FolderToolsParts } from './conform/folder-tools.ts';
export { killWorker, processLives } from './conform/processes.ts';
export { reportTable } from './conform/report-table.ts';
export { behaviourClauses } from './behaviour/behaviour-clauses.ts';
export { behaviourProject, behaviourSecrets, behaviourStray } from './behaviour/behaviour-project.ts';
export type {
  ApartRun,
  BehaviourCancel,
  BehaviourClaims,
  BehaviourContext,
  BehaviourEnd,
  BehaviourError,
  BehaviourOutcome,
  BehaviourRecord,
  BehaviourRun,
} from './behaviour/behaviour-context.ts';
