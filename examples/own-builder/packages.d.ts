// The image has it; it need not be installed where a run is started.
declare module 'nanoid' {
  export function nanoid(size?: number): string;
}
