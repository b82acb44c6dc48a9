export { loadProject } from './load/load-project.ts';
export type { EnvironmentBundle, LoadedProject, LoadedTask, LoadOptions, LoadProject, Parameter } from './project.ts';
