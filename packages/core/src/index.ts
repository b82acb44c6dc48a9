export { didYouMean, formatBytes, parseBytes, parseDuration, policyOfCall, retryDelayMs, suggestion } from '@ambit/plugin-api';
export type { Bytes, CallOptions, Duration, ParsedResources, Resources, TaskOptions, TaskOverride, TaskPolicy } from '@ambit/plugin-api';
export type {
  DependencyEdge,
  EnvironmentDefinition,
  ImageBase,
  ImageDescription,
  LayerDescription,
  Milliseconds,
  Place,
  TaskDefinition,
} from './model/definition.ts';
export { definitionStack } from './model/defined-at.ts';
export type { EnvironmentOptions } from './model/environment-options.ts';
export { Image } from './model/image.ts';
export { isReference } from './model/image-base.ts';
export type { DebianOptions, DockerfileOptions, PlatformOptions } from './model/image-base.ts';
export type { PipOptions, UvOptions } from './model/image-layers.ts';
export type { Path } from './model/path.ts';
export { environmentDefinition, imageDescription, isEnvironment, isTask, taskFacts } from './model/recognition.ts';
export type { AnyTask, Item, Task, TaskArgs, TaskFacts, TaskId, TaskResult } from './model/task.ts';
export { Secret, secretName } from './model/secret.ts';
export type { SecretDescription } from './model/secret.ts';
export { TaskEnvironment } from './model/task-environment.ts';
export type { AnyEnvironment } from './model/task-environment.ts';
export type { DirectoryShape, FileShape, No, Travels } from './model/travels.ts';
export { imageKey } from './plan/images/image-key.ts';
export { npmLocalPath } from './plan/images/package-names.ts';
export { renderImage } from './render/render-image.ts';
export type { ContainerBase, ContextEntry, Described, RenderFiles, RenderRequest, StepRendering } from './render/rendering.ts';
export { builderRequests } from './plan/builder-requests.ts';
export { createPlan } from './plan/create-plan.ts';
export { factRequests } from './plan/fact-requests.ts';
export type {
  Answer,
  BundleFacts,
  Diagnostic,
  FactRequest,
  Facts,
  FileFacts,
  OptionsFacts,
  PackageUse,
  PlaceSetting,
  Plan,
  PlanInput,
  PlanSettings,
  PlanStatus,
  PlanTarget,
  PlannedEnvironment,
  PlannedImage,
  PlannedReference,
  PlannedRuntime,
  ReferenceFacts,
  RequiredBy,
  SecretFacts,
} from './plan/plan.ts';
