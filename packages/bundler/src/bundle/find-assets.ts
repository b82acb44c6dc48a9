import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Diagnostic } from '@ambit/core';
import type { Digest } from '@ambit/plugin-api';
import { pathIn } from '../paths.ts';
import type { AssetUse } from '../slice/module-syntax.ts';
import type { Slice } from '../slice/slice.ts';
import { placeAt } from '../syntax/parsed-module.ts';
import { digestOf } from './digest.ts';

/** A file beside a module that the code asks for. */
export interface Asset {
  /** In the bundle. */
  readonly path: string;
  /** Relative to the root. */
  readonly source: string;
  readonly digest: Digest;
  readonly data: Uint8Array;
}

export interface Assets {
  readonly files: readonly Asset[];
  /** What the literals in the code become. */
  readonly texts: ReadonlyMap<AssetUse, string>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the files that live code asks for by `new URL('./x', import.meta.url)`. */
export async function findAssets({ environment, code, roles }: Slice, root: string): Promise<Assets> {
  const units = [...code.values()].flat();
  const uses = units.flatMap((unit) => unit.assets).filter(({ region }) => !roles.isCut(region));
  const files = new Map<string, Asset>();
  const texts = new Map<AssetUse, string>();
  const diagnostics: Diagnostic[] = [];
  for (const use of uses) {
    const asset = await readAsset(use, root);
    if (asset) {
      files.set(asset.path, asset);
      texts.set(use, `./${asset.path}`);
    } else diagnostics.push(noSuchFile(environment, use));
  }
  return { files: [...files.values()], texts, diagnostics };
}

async function readAsset({ specifier, unit }: AssetUse, root: string): Promise<Asset | undefined> {
  const file = fileURLToPath(new URL(specifier, pathToFileURL(unit.module.file)));
  const isFile = await stat(file).then(
    (stats) => stats.isFile(),
    () => false,
  );
  if (!isFile) return undefined;
  const data = await readFile(file);
  const digest = digestOf(data);
  const name = basename(file).replaceAll(/[^\w.-]/g, '_');
  return { path: `assets/${digest.slice(7, 19)}-${name}`, source: pathIn(root, file), digest, data };
}

function noSuchFile(environment: string, { specifier, unit, start }: AssetUse): Diagnostic {
  const at = placeAt(unit.module, start);
  return {
    code: 'AMBIT_BUNDLE_NO_FILE',
    severity: 'warning',
    message: `${at} asks for '${specifier}' beside its module, which is not a file, so tasks of ${environment} will not find it.`,
    hint: 'Name a file that is there, or bring folders into the image with `withSource`.',
    at,
    environment,
  };
}
