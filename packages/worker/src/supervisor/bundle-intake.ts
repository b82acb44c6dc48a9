import { AmbitError } from '@ambit/plugin-api';
import type { IncomingBundle } from '../protocol/worker-end.ts';
import type { BundleStore } from './bundle-store.ts';
import { failed } from './death-outcome.ts';
import type { Failed } from './death-outcome.ts';
import type { EngineLink } from './engine-link.ts';

export interface BundleIntakeParts {
  readonly store: BundleStore;
  readonly link: EngineLink;
  readonly onStored: () => void;
  /** It cannot be had: what waits for it waits in vain. */
  readonly onRefused: (digest: string, failure: Failed) => void;
}

/** Takes bundles in, and tells the engine what became of them. */
export class BundleIntake {
  readonly #parts: BundleIntakeParts;
  /** By digest: whether loading it failed, where that was tried. */
  readonly #results = new Map<string, Failed | undefined>();

  constructor(parts: BundleIntakeParts) {
    this.#parts = parts;
  }

  async take(incoming: IncomingBundle): Promise<void> {
    const { store, onStored, onRefused } = this.#parts;
    const { digest } = incoming;
    try {
      if (!store.get(digest)) this.#results.delete(digest);
      await store.store(incoming);
      this.#tell(digest);
      onStored();
    } catch (error) {
      // A connection that ended in the midst: the next engine sends it again.
      if (!AmbitError.is(error) || !error.code.startsWith('AMBIT_BUNDLE_')) return;
      const failure = failed(error.code === 'AMBIT_BUNDLE_REFUSED' ? 'configuration' : 'infrastructure', error.code, error.message);
      this.loaded(digest, failure);
      onRefused(digest, failure);
    }
  }

  loaded(digest: string, failure: Failed | undefined): void {
    this.#results.set(digest, failure);
    this.#tell(digest);
  }

  /** Why a bundle that came is not here. */
  refusal(digest: string): Failed | undefined {
    return this.#parts.store.get(digest) ? undefined : this.#results.get(digest);
  }

  /** To an engine that may not have heard it. */
  tellAgain(): void {
    const { latest } = this.#parts.store;
    if (latest) this.#tell(latest.digest);
  }

  #tell(digest: string): void {
    if (!this.#results.has(digest)) return;
    const failure = this.#results.get(digest);
    if (!failure) return this.#parts.link.send({ type: 'bundle.loaded', digest });
    const { message, code, error = { name: 'AmbitError', message, code } } = failure;
    this.#parts.link.send({ type: 'bundle.loaded', digest, error, failure: failure.failure, code });
  }
}
