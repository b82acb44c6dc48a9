import type { Placement } from '@ambit/plugin-api';
import type { RuntimeVolumes } from './runtime-volumes.ts';
import type { WorkerImages } from './worker-images.ts';

export interface Preparation {
  readonly what: 'image' | 'runtime';
  readonly done: number;
  readonly total?: number;
}

/** Brings image and runtime to the engine at the same time, and tells how far they are. */
export async function* preparations(
  { images, runtimes }: { readonly images: WorkerImages; readonly runtimes: RuntimeVolumes },
  placement: Placement,
  signal: AbortSignal,
): AsyncGenerator<Preparation> {
  let ring: () => void = () => undefined;
  let news: Preparation[] = [];
  let isOver = false;
  const tell = (preparation: Preparation): void => {
    news.push(preparation);
    ring();
  };
  const told = (done: number, total: number): void => tell({ what: 'image', done, total });
  const all = Promise.all([
    images.ensure(placement.image, told, signal).then(() => tell({ what: 'image', done: 1, total: 1 })),
    runtimes.ensure(placement.runtime, signal).then(() => tell({ what: 'runtime', done: 1, total: 1 })),
  ]).finally(() => {
    isOver = true;
    ring();
  });
  all.catch(() => undefined);
  while (!isOver || news.length > 0) {
    const batch = news;
    news = [];
    yield* batch;
    if (!isOver && news.length === 0) await new Promise<void>((resolve) => (ring = resolve));
  }
  await all;
}
