import type { BuildEvent, BuildRequest, ImageBuilder } from '../builder.ts';
import type { BuiltImage } from '../image.ts';

/** Steps, progress and log lines, as they come. */
export type TellBuild = (event: Exclude<BuildEvent, { readonly type: 'built' }>) => void;

/** Makes one image. Where the signal aborts, or where it rejects, it leaves nothing behind. */
export type MakeImage = (request: BuildRequest, tell: TellBuild, signal: AbortSignal) => Promise<BuiltImage>;

/**
 * The `build` of a builder from a function that makes one image. Equal requests at once are one build, and each who asks
 * hears all of it; one may leave without harm to the others, and the last who leaves breaks it off.
 */
export function sharedBuilds(make: MakeImage): ImageBuilder['build'] {
  const running = new Map<string, SharedBuild>();
  return async function* build(request, signal) {
    signal.throwIfAborted();
    const { machine, identity, push } = request;
    const key = [machine?.id, identity.platform, identity.digest, push?.repository].join(' ');
    const known = running.get(key);
    const shared = known && !known.isLeft ? known : new SharedBuild((tell, left) => make(request, tell, left));
    running.set(key, shared);
    try {
      yield* shared.join(signal);
    } finally {
      if (shared.isLeft && running.get(key) === shared) running.delete(key);
    }
  };
}

class SharedBuild {
  readonly #events: BuildEvent[] = [];
  readonly #left = new AbortController();
  readonly #made: Promise<void>;
  #wake: () => void = () => undefined;
  #news: Promise<void>;
  #joined = 0;

  constructor(make: (tell: TellBuild, signal: AbortSignal) => Promise<BuiltImage>) {
    this.#news = this.#next();
    this.#made = make((event) => this.#tell(event), this.#left.signal).then((image) => this.#tell({ type: 'built', image }));
    this.#made.catch(() => undefined);
  }

  /** Nobody waits any more: it has ended, or is being broken off. */
  get isLeft(): boolean {
    return this.#left.signal.aborted;
  }

  async *join(signal: AbortSignal): AsyncGenerator<BuildEvent> {
    this.#joined += 1;
    let leave: () => void = () => undefined;
    const aborted = new Promise<never>((_, reject) => (leave = () => reject(signal.reason as Error)));
    aborted.catch(() => undefined);
    signal.addEventListener('abort', leave, { once: true });
    try {
      for (let told = 0; ;) {
        const news = this.#news;
        for (let event = this.#events[told]; event; event = this.#events[(told += 1)]) {
          yield event;
          if (event.type === 'built') return;
        }
        await Promise.race([news, this.#made, aborted]);
      }
    } finally {
      signal.removeEventListener('abort', leave);
      this.#joined -= 1;
      if (this.#joined === 0) {
        this.#left.abort(new DOMException('Nobody waits for this build any more.', 'AbortError'));
        await this.#made.catch(() => undefined);
      }
    }
  }

  #tell(event: BuildEvent): void {
    this.#events.push(event);
    const wake = this.#wake;
    this.#news = this.#next();
    wake();
  }

  #next(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }
}
