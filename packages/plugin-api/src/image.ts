import type { Digest } from './json.ts';
import type { Location } from './location.ts';

/**
 * What an image is, whoever builds it and wherever it lies: sha256 over a canonical encoding of base, platform, layers and
 * the files they copy. `reference` is set where the environment named a plain reference, which is used as it is.
 */
export interface ImageIdentity {
  readonly digest: Digest;
  /** `linux/amd64`, `linux/arm64`, `darwin/arm64`. */
  readonly platform: string;
  readonly reference?: string;
}

export interface BuiltImage {
  readonly identity: ImageIdentity;
  readonly locations: readonly Location[];
  readonly durationMs: number;
  readonly bytes?: number;
}

/** `unknown` never counts as yes: the engine builds, or fails with the reason where it may not build. */
export type Existence =
  | { readonly exists: 'yes'; readonly image: BuiltImage }
  | { readonly exists: 'no' }
  | { readonly exists: 'unknown'; readonly reason: string };

/**
 * `image.json` at the root of a host image, and at `/opt/ambit/` in a container image: what the supervisor applies before
 * it starts a runner. npm layers lie in `/opt/ambit/npm`, pip layers in the virtual environment `/opt/ambit/venv`; those of
 * a host image in folders of the cache, which images share. Relative paths start at the manifest's folder.
 */
export interface ImageManifest {
  readonly version: 1;
  readonly env: Readonly<Record<string, string>>;
  /** Folders put before the PATH of a runner, in this order. */
  readonly path: readonly string[];
  readonly workdir?: string;
  /** The folder that a bundle's `node_modules` links to. */
  readonly nodeModules?: string;
  readonly venv?: string;
}
