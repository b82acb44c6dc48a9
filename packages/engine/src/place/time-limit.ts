import type { Clock } from '@ambit/plugin-api';

/** Aborts the signal that the work is given when its time is up. */
export async function within<T>(
  { clock, milliseconds, signal }: { readonly clock: Clock; readonly milliseconds: number; readonly signal: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const over = new AbortController();
  clock.sleep(milliseconds, over.signal).then(
    () => late.abort(new DOMException(`It took longer than ${milliseconds} ms.`, 'TimeoutError')),
    () => undefined,
  );
  try {
    return await work(AbortSignal.any([signal, late.signal]));
  } finally {
    over.abort();
  }
}
