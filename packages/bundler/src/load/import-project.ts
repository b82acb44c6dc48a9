import { pathToFileURL } from 'node:url';
import { loadError, unprovidedName } from './load-error.ts';
import { whileLoading } from './while-loading.ts';
import { createMark } from './mark.ts';
import type { Mark } from './mark.ts';
import { nativeImport } from './native-import.ts';
import type { Unprovided } from './prepared-project.ts';
import type { ReadyProject } from './project-cache.ts';
import { Recorder } from './recorder.ts';
import type { Recording } from './recorder.ts';
import { AT, sharedGlobals } from './shared-globals.ts';

export interface Imported {
  /** In the order of the entry's text. */
  readonly exports: Readonly<Record<string, unknown>>;
  readonly recording: Recording;
}

const marks = new Map<string, Mark>();
const imports = new Map<string, number>();
let installed = false;

/**
 * Runs the project's modules. Each time anew: a module that was imported before comes under another name. Where nothing ran,
 * because an installed package has not all that is imported from it, that is the answer, unless it is `known` to be amended.
 */
export async function importProject(ready: ReadyProject, entry: string, known: readonly Unprovided[] = []): Promise<Imported | Unprovided> {
  const { prepared, module, map } = ready;
  const url = freshUrl(module);
  const recorder = new Recorder(prepared.sites);
  marks.set(url, createMark(recorder.mark, prepared.wanted));
  install();
  try {
    const namespace = await whileLoading(() => nativeImport(url));
    return { exports: inOrder(namespace, ready), recording: recorder.finish() };
  } catch (error) {
    const loaded = { url, map, root: prepared.root };
    const unprovided = unprovidedName(error, loaded);
    if (unprovided && !known.some(({ url: from, name }) => from === unprovided.url && name === unprovided.name)) return unprovided;
    throw loadError(error, entry, loaded, recorder.placeOf(error));
  } finally {
    marks.delete(url);
  }
}

function freshUrl(module: string): string {
  const count = imports.get(module) ?? 0;
  imports.set(module, count + 1);
  return `${pathToFileURL(module).href}${count === 0 ? '' : `?${count}`}`;
}

function install(): void {
  if (installed) return;
  installed = true;
  const before = sharedGlobals[AT] as ((url: string) => Mark | undefined) | undefined;
  sharedGlobals[AT] = (url: string): Mark | undefined => marks.get(url) ?? before?.(url);
}

function inOrder(namespace: Readonly<Record<string, unknown>>, { prepared }: ReadyProject): Imported['exports'] {
  const names = prepared.exported.filter((name) => name in namespace);
  const exports = Object.fromEntries([...names, ...Object.keys(namespace)].map((name) => [name, namespace[name]]));
  const whole = exports.default;
  return prepared.commonJs && typeof whole === 'object' && whole !== null ? { ...whole } : exports;
}
