import { dirname } from 'node:path';
import { build } from 'esbuild';
import type { PluginBuild } from 'esbuild';
import type { KnownImports } from '../observation.ts';
import { isInstalled } from '../paths.ts';
import type { Target } from '../slice/module-graph.ts';
import { isOutside, isPackage } from '../specifiers.ts';
import { packageOfName } from './package-imports.ts';
import { RESOLVING } from './resolving.ts';

/** Says what specifiers lead to: as loading saw it, and where it did not, as esbuild resolves. Packages need not be installed. */
export class ImportTargets {
  readonly #root: string;
  readonly #known: KnownImports;
  #resolver: Promise<PluginBuild> | undefined;
  #finish: () => void = () => undefined;

  constructor(root: string, known: KnownImports) {
    this.#root = root;
    this.#known = known;
  }

  async target(specifier: string, importer: string): Promise<Target> {
    if (specifier === 'ambit') return { kind: 'runtime' };
    if (isOutside(specifier)) return { kind: 'builtin' };
    // A workspace may link our own packages, but their code is not the user's.
    if (/^@ambit\//.test(specifier)) return { kind: 'package', specifier };
    const known = this.#known.get(importer)?.get(specifier);
    if (typeof known === 'string') return { kind: 'module', file: known, isFreeOfEffects: false };
    const found = known === null ? undefined : await this.#resolve(specifier, importer);
    if (found) return found;
    if (isPackage(specifier)) return { kind: 'package', specifier };
    return specifier.startsWith('#') ? packageOfName(specifier, dirname(importer)) : { kind: 'missing' };
  }

  close(): void {
    this.#finish();
  }

  async #resolve(specifier: string, importer: string): Promise<Target | undefined> {
    this.#resolver ??= this.#start();
    const resolver = await this.#resolver;
    const found = await resolver.resolve(specifier, { kind: 'import-statement', importer, resolveDir: dirname(importer) });
    const isFile = found.errors.length === 0 && found.namespace === 'file' && !found.external;
    if (!isFile || isInstalled(found.path, this.#root)) return undefined;
    return { kind: 'module', file: found.path, isFreeOfEffects: !found.sideEffects };
  }

  /** Only a running build resolves: this one has nothing to bundle, and waits. */
  #start(): Promise<PluginBuild> {
    const finished = new Promise<void>((resolve) => (this.#finish = resolve));
    return new Promise((resolve, reject) => {
      const setup = (resolver: PluginBuild): void => {
        resolver.onStart(() => {
          resolve(resolver);
          return finished;
        });
      };
      build({
        absWorkingDir: this.#root,
        stdin: { contents: '', resolveDir: this.#root },
        bundle: true,
        write: false,
        platform: 'node',
        format: 'esm',
        ...RESOLVING,
        logLevel: 'silent',
        plugins: [{ name: 'ambit-resolve', setup }],
      }).catch(reject);
    });
  }
}
