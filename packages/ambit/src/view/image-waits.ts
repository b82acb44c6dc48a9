import { milliseconds } from './milliseconds.ts';
import type { ImageState, RunTree } from './run-tree.ts';
import { short } from './short.ts';

const firstMs = 10_000;
const mostMs = 60_000;
/** Who says something more often than that is not silent. */
const silentMs = 5_000;

interface Told {
  readonly stepAt: number;
  at: number;
  pauseMs: number;
}

/** Says now and then which steps of images are waited for, where nothing else is said of them. */
export class ImageWaits {
  readonly #tree: RunTree;
  readonly #showsLogs: boolean;
  readonly #told = new WeakMap<ImageState, Told>();

  /** `showsLogs`: what steps write is shown too. */
  constructor(tree: RunTree, showsLogs: boolean) {
    this.#tree = tree;
    this.#showsLogs = showsLogs;
  }

  /** What is to be said at this moment. */
  due(now: number): readonly string[] {
    return [...this.#tree.images.values()]
      .filter((image) => image.status === 'building' && this.#isDue(image, now))
      .map((image) => line(image, now));
  }

  #isDue(image: ImageState, now: number): boolean {
    const { stepAt, heardAt } = image;
    const known = this.#told.get(image);
    const told = known?.stepAt === stepAt ? known : { stepAt, at: stepAt, pauseMs: firstMs };
    this.#told.set(image, told);
    if (now - Math.max(told.at, this.#showsLogs ? heardAt : 0) < told.pauseMs) return false;
    told.at = now;
    told.pauseMs = Math.min(told.pauseMs * 2, mostMs);
    return true;
  }
}

function line(image: ImageState, now: number): string {
  const silence = silenceOf(image, now);
  const last = image.lastLine === undefined ? '' : `: ${image.lastLine}`;
  const took = milliseconds(now - image.stepAt);
  return `image ${short(image.identity)} ${image.step ?? 'build'} has been going on for ${took}${silence && `, ${silence}`}${last}`;
}

/** How long nothing was heard of a step; empty where that is not long. */
export function silenceOf({ heardAt }: ImageState, now: number): string {
  return now - heardAt < silentMs ? '' : `silent for ${milliseconds(now - heardAt)}`;
}
