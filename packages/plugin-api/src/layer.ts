import type { Digest } from './json.ts';

/**
 * One layer of an image, with files already named by content. Layers apply in order; of two layers that install one
 * package, the later wins. The digest of files is over their paths, modes and contents, not over where they lie. `secrets`
 * are names: while such a layer is made, and only then, each is a variable of the installer, called as the name without its
 * group (`TOKEN` for `team/TOKEN`); `${TOKEN}` in an address of an index means its value.
 */
export type Layer =
  | { readonly kind: 'apt'; readonly packages: readonly string[] }
  | { readonly kind: 'npm'; readonly specs: readonly string[] }
  | { readonly kind: 'npm-project'; readonly files: Digest; readonly lock: boolean }
  | {
      readonly kind: 'pip';
      readonly specs: readonly string[];
      readonly indexUrl?: string;
      readonly extraIndexUrls?: readonly string[];
      readonly secrets: readonly string[];
    }
  | {
      readonly kind: 'requirements';
      readonly files: Digest;
      readonly indexUrl?: string;
      readonly extraIndexUrls?: readonly string[];
      readonly secrets: readonly string[];
    }
  | { readonly kind: 'uv-project'; readonly files: Digest; readonly groups: readonly string[] }
  | { readonly kind: 'env'; readonly variables: Readonly<Record<string, string>> }
  | { readonly kind: 'workdir'; readonly directory: string }
  | { readonly kind: 'user'; readonly name: string }
  | { readonly kind: 'commands'; readonly commands: readonly string[] }
  | { readonly kind: 'source'; readonly files: Digest; readonly to: string }
  | {
      readonly kind: 'dockerfile';
      readonly files: Digest;
      readonly target?: string;
      readonly args: Readonly<Record<string, string>>;
    };

export type LayerKind = Layer['kind'];
