export { packRuntime } from './pack-runtime.ts';
export type { PortableRuntime, PortableSource } from './pack-runtime.ts';
