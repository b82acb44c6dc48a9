import type { Digest } from './json.ts';

/**
 * Where a built image is. An executor accepts kinds; a store, daemon or machine of another is not the same location.
 */
export type Location =
  | { readonly kind: 'registry'; readonly reference: string; readonly digest: Digest }
  | { readonly kind: 'docker-daemon'; readonly daemon: string; readonly imageId: string }
  | { readonly kind: 'containers-storage'; readonly store: string; readonly imageId: string }
  | { readonly kind: 'oci-archive'; readonly path: string; readonly digest: Digest }
  | { readonly kind: 'host-directory'; readonly machine: string; readonly path: string };

/** What a builder offers and an executor takes. `at` narrows it to one daemon, store or machine, by its id. */
export interface LocationKind {
  readonly kind: Location['kind'];
  readonly at?: string;
}
