import type { Clock, WorkerEvent, WorkerHandle } from '@ambit/plugin-api';
import type { ContainerEvent, Containers } from '../daemon/containers.ts';
import { jsonLines } from '../daemon/json-lines.ts';
import { containerEnd, removedCause } from './container-end.ts';
import { isAlive } from './stop-container.ts';
import { LABELS } from './worker-labels.ts';

export interface WatchParts {
  readonly containers: Containers;
  readonly clock: Clock;
  readonly place: string;
  readonly owner: string;
  readonly handle: (worker: string, container: string) => WorkerHandle;
}

const pausesMs = [100, 500, 2000, 5000] as const;

/** What there is of an owner's workers, `synced`, then what changes. An engine that is lost is reported once, and looked for until it is back. */
export async function* watchContainers(parts: WatchParts, signal: AbortSignal): AsyncGenerator<WorkerEvent> {
  const watch = new ContainerWatch(parts);
  let lostSince: string | undefined;
  for (let tries = 0; !signal.aborted; tries += 1) {
    try {
      for await (const event of watch.follow(signal)) {
        lostSince = undefined;
        tries = 0;
        yield event;
      }
    } catch (error) {
      if (signal.aborted) return;
      const isNew = lostSince === undefined;
      lostSince ??= parts.clock.now().toISOString();
      if (isNew) yield { type: 'unreachable', place: parts.place, reason: (error as Error).message, since: lostSince };
    }
    await parts.clock.sleep(pausesMs[Math.min(tries, pausesMs.length - 1)] ?? 0, signal).catch(() => undefined);
  }
}

class ContainerWatch {
  readonly #parts: WatchParts;
  /** By worker: its container, and what was told last. */
  readonly #told = new Map<string, { readonly container: string; readonly last: 'running' | 'ended' }>();
  #isSynced = false;

  constructor(parts: WatchParts) {
    this.#parts = parts;
  }

  /** Events first, so that nothing is missed between what is there and what comes. */
  async *follow(signal: AbortSignal): AsyncGenerator<WorkerEvent> {
    const { containers } = this.#parts;
    const stream = await containers.events(this.#labels, signal);
    try {
      yield* this.#snapshot(signal);
      if (!this.#isSynced) yield { type: 'synced' };
      this.#isSynced = true;
      for await (const event of jsonLines<ContainerEvent>(stream)) yield* this.#take(event, signal);
    } finally {
      stream.destroy();
    }
  }

  get #labels(): readonly string[] {
    return [`${LABELS.owner}=${this.#parts.owner}`, LABELS.worker];
  }

  async *#snapshot(signal: AbortSignal): AsyncGenerator<WorkerEvent> {
    const listed = await this.#parts.containers.list(this.#labels, signal);
    for (const { Id, State, Labels } of listed) {
      const worker = Labels[LABELS.worker];
      if (worker === undefined || State === 'created') continue;
      yield* State === 'exited' || State === 'dead' || State === 'removing' ? this.#ended(worker, Id, signal) : this.#running(worker, Id);
    }
    const there = new Set(listed.map(({ Id }) => Id));
    for (const [worker, { container }] of this.#told) if (!there.has(container)) yield* this.#ended(worker, container, signal);
  }

  async *#take({ Action, Actor }: ContainerEvent, signal: AbortSignal): AsyncGenerator<WorkerEvent> {
    const worker = Actor.Attributes[LABELS.worker];
    if (worker === undefined) return;
    if (Action === 'start') yield* this.#running(worker, Actor.ID);
    else if (Action === 'die') yield* this.#ended(worker, Actor.ID, signal);
    else if (this.#told.get(worker)?.container === Actor.ID) {
      yield* this.#ended(worker, Actor.ID, signal);
      this.#told.delete(worker);
    }
  }

  *#running(worker: string, container: string): Generator<WorkerEvent> {
    if (this.#told.get(worker)?.container === container) return;
    this.#told.set(worker, { container, last: 'running' });
    yield { type: 'running', id: worker, handle: this.#parts.handle(worker, container) };
  }

  async *#ended(worker: string, container: string, signal: AbortSignal): AsyncGenerator<WorkerEvent> {
    const told = this.#told.get(worker);
    if (told?.container === container && told.last === 'ended') return;
    const { containers } = this.#parts;
    const facts = await containers.inspect(container, signal);
    if (facts && isAlive(facts)) return;
    this.#told.set(worker, { container, last: 'ended' });
    const end = facts ? await containerEnd(worker, facts, containers, signal) : { cause: removedCause(worker, container) };
    yield { type: 'ended', id: worker, ...end };
  }
}
