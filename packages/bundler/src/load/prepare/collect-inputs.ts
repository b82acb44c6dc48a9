import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readTracked } from '../inputs.ts';
import type { Inputs, TrackedFile } from '../inputs.ts';
import { matchesAlias } from './config-files.ts';
import type { ConfigFiles } from './config-files.ts';
import { packageFolders } from './package-resolver.ts';
import type { Resolved } from './package-resolver.ts';

export interface Collected {
  readonly takenAt: number;
  readonly modules: readonly TrackedFile[];
  readonly config: ConfigFiles;
  readonly resolved: readonly Resolved[];
  readonly rivals: readonly string[];
}

/** All that must stay as it is for the project to stay as prepared; nothing where that cannot be told. */
export function collectInputs({ takenAt, modules, config, resolved, rivals }: Collected): Inputs | undefined {
  const files = new Map([...modules, ...config.files].map((file) => [file.path, file]));
  const absent = new Set([...config.absent, ...rivals]);
  const present = new Set<string>();
  for (const { specifier, folder, resolution } of resolved) {
    if (resolution.kind === 'missing' && matchesAlias(specifier, config.aliases)) return undefined;
    if (resolution.kind === 'package') present.add(resolution.path);
    if (specifier.startsWith('#')) continue;
    for (const place of packageFolders(specifier, folder)) {
      const path = join(place, 'package.json');
      const manifest = existsSync(place) ? readTracked(path) : undefined;
      if (manifest) files.set(path, manifest.file);
      else absent.add(existsSync(place) ? path : firstAbsent(place));
      if (manifest) break;
    }
  }
  return { takenAt, files: [...files.values()], absent: [...absent], present: [...present] };
}

/** One look at a folder without `node_modules` answers for all packages. */
function firstAbsent(place: string): string {
  const [, before = ''] = /^(.*[\\/]node_modules)[\\/]/.exec(place) ?? [];
  const scope = dirname(place);
  if (before !== '' && !existsSync(before)) return before;
  return scope !== before && !existsSync(scope) ? scope : place;
}
