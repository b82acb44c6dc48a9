import { randomBytes } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '@ambit/plugin-api';
import type { EnvironmentBundle } from '../project.ts';
import { digestOf } from './digest.ts';

/** A bundle, and the files of the user's in it that loading did not read. */
export interface MadeBundle {
  readonly bundle: EnvironmentBundle;
  /** Relative to the root. */
  readonly assets: readonly { readonly source: string; readonly digest: Digest }[];
}

/** What a pack says of a bundle. The contents of all files follow each other. */
interface PackedBundle extends Omit<EnvironmentBundle, 'files'> {
  readonly files: readonly { readonly path: string; readonly mode: number; readonly size: number }[];
  readonly assets: MadeBundle['assets'];
}

/** More packs than this become one. */
const MANY_PACKS = 16;

/**
 * The bundles of one project as it is, in a folder of its own: those that were made together lie in one file, a pack, so that there
 * is one thing to read and to check for thousands. A cache that cannot be read or written costs time, nothing else.
 */
export class BundleStore {
  readonly #directory: string;
  readonly #root: string;
  readonly #packs = new Set<string>();
  /** By environment. An asset may have been another before, and may be so again. */
  readonly #bundles = new Map<string, MadeBundle[]>();

  private constructor(directory: string, root: string) {
    this.#directory = directory;
    this.#root = root;
  }

  static async open(directory: string, root: string): Promise<BundleStore> {
    const store = new BundleStore(directory, root);
    const names = await readdir(directory).catch(() => []);
    await Promise.all(names.filter((name) => name.endsWith('.pack')).map((name) => store.#read(name)));
    return store;
  }

  /** A bundle as it was made before; nothing where there is none, or where an asset is another file now. */
  async get(environment: string): Promise<EnvironmentBundle | undefined> {
    for (const { bundle, assets } of this.#bundles.get(environment) ?? []) if (await this.#areThere(assets)) return bundle;
    return undefined;
  }

  async add(made: readonly MadeBundle[]): Promise<void> {
    for (const each of made) this.#keep(each);
    const isMany = this.#packs.size + 1 >= MANY_PACKS;
    const replaced = isMany ? [...this.#packs] : [];
    const packed = isMany ? [...this.#bundles.values()].flat() : made;
    try {
      await mkdir(this.#directory, { recursive: true });
      const name = await this.#write(packed);
      await Promise.all(replaced.filter((each) => each !== name).map((each) => rm(join(this.#directory, each), { force: true })));
      for (const each of replaced) this.#packs.delete(each);
      this.#packs.add(name);
    } catch {
      // The next load makes them again.
    }
  }

  #keep(made: MadeBundle): void {
    const known = this.#bundles.get(made.bundle.environment);
    if (known) known.push(made);
    else this.#bundles.set(made.bundle.environment, [made]);
  }

  async #read(name: string): Promise<void> {
    const data = await readFile(join(this.#directory, name)).catch(() => undefined);
    const bundles = data && unpacked(data);
    if (bundles) this.#packs.add(name);
    else await rm(join(this.#directory, name), { force: true }).catch(() => undefined);
    for (const made of bundles ?? []) this.#keep(made);
  }

  /** Written aside and renamed, so that what is there is whole. */
  async #write(made: readonly MadeBundle[]): Promise<string> {
    const data = packedBytes(made);
    const name = `${digestOf(data).slice('sha256:'.length, 'sha256:'.length + 40)}.pack`;
    const aside = join(this.#directory, `${name}.${randomBytes(6).toString('hex')}.part`);
    try {
      await writeFile(aside, data);
      await rename(aside, join(this.#directory, name));
      return name;
    } catch (error) {
      await rm(aside, { force: true }).catch(() => undefined);
      throw error;
    }
  }

  async #areThere(assets: MadeBundle['assets']): Promise<boolean> {
    const digests = assets.map(async ({ source, digest }) => {
      const data = await readFile(join(this.#root, source)).catch(() => undefined);
      return data !== undefined && digestOf(data) === digest;
    });
    return (await Promise.all(digests)).every(Boolean);
  }
}

/** A line with the digest of all that follows, a line that says what is in it, and the contents. */
function packedBytes(made: readonly MadeBundle[]): Uint8Array {
  const bundles = made.map(({ bundle: { files, ...facts }, assets }): PackedBundle => {
    const sizes = files.map(({ path, mode, data }) => ({ path, mode, size: data.byteLength }));
    return { ...facts, files: sizes, assets };
  });
  const contents = made.flatMap(({ bundle }) => bundle.files.map(({ data }) => data));
  const body = Buffer.concat([Buffer.from(`${JSON.stringify(bundles)}\n`), ...contents]);
  return Buffer.concat([Buffer.from(`${digestOf(body)}\n`), body]);
}

/** Nothing where it is damaged. */
function unpacked(data: Buffer): readonly MadeBundle[] | undefined {
  const start = data.indexOf('\n') + 1;
  const body = data.subarray(start);
  if (data.toString('latin1', 0, start - 1) !== digestOf(body)) return undefined;
  let at = body.indexOf('\n') + 1;
  const bundles = JSON.parse(body.toString('utf8', 0, at)) as readonly PackedBundle[];
  return bundles.map(({ assets, files, ...facts }) => {
    const read = files.map(({ path, mode, size }) => ({ path, mode, data: body.subarray(at, (at += size)) }));
    return { bundle: { ...facts, files: read }, assets };
  });
}
