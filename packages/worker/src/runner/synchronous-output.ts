/**
 * Makes what a task writes to stdout and stderr be in the pipe when the write returns, as it is with files: then no end of a
 * process loses it, and no outcome overtakes it. Costs nothing where a task writes nothing.
 */
export function makeOutputSynchronous(): void {
  for (const name of ['stdout', 'stderr'] as const) {
    const original = Object.getOwnPropertyDescriptor(process, name);
    if (!original?.get) continue;
    const get = (): NodeJS.WriteStream => {
      const stream = original.get?.call(process) as NodeJS.WriteStream & { readonly _handle?: { setBlocking?(blocking: boolean): void } };
      stream._handle?.setBlocking?.(true);
      Object.defineProperty(process, name, { value: stream, configurable: true, enumerable: true });
      return stream;
    };
    Object.defineProperty(process, name, { get, configurable: true, enumerable: true });
  }
}
