export { docker } from './docker.ts';
export type { DockerPluginOptions, DockerRegistry, DockerTls } from './options.ts';
