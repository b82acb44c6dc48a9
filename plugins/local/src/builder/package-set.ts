import type { Making } from './make-once.ts';

/** A directory of installed packages, shared by all images that want this set. */
export interface PackageSet extends Making {
  /** One for each command, in order. */
  readonly steps: readonly SetStep[];
}

export interface SetStep {
  /** What is done, as a person would type it. */
  readonly name: string;
  /** Index of a layer that wants this. */
  readonly layer: number;
  /** Which layer is to blame, by what the installer said. `layer`, where left out. */
  readonly blamed?: (log: string) => number;
}

/** One command installs what several layers name: to blame is the last whose package is among the words of a complaint. */
export function blamedLayer(packages: readonly InstalledPackage[], words: readonly string[]): number {
  const isAbout = (word: string, { name, spec }: InstalledPackage): boolean =>
    word === spec || word === name || (name !== undefined && (word.startsWith(`${name}@`) || word.endsWith(`/${name}`)));
  const blamed = packages.filter((each) => words.some((word) => isAbout(word, each)));
  return Math.max(...(blamed.length > 0 ? blamed : packages).map((each) => each.layer));
}

export interface InstalledPackage {
  readonly name?: string;
  readonly spec: string;
  readonly layer: number;
}
