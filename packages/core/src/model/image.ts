import { here } from '@ambit/plugin-api';
import { IMAGE, brand, readBrand } from './brand.ts';
import type { ImageDescription, LayerDescription } from './definition.ts';
import { debianBase, dockerfileBase, namedBase, referenceBase } from './image-base.ts';
import type { DebianOptions, DescribedBase, DockerfileOptions, PlatformOptions } from './image-base.ts';
import {
  aptLayer,
  callOf,
  commandsLayer,
  envLayer,
  npmLayer,
  npmProjectLayer,
  pipLayer,
  requirementsLayer,
  sourceLayer,
  userLayer,
  uvProjectLayer,
  workdirLayer,
} from './image-layers.ts';
import type { PipOptions, UvOptions } from './image-layers.ts';
import type { Path } from './path.ts';

let make: (description: ImageDescription) => Image;

function start(base: DescribedBase): Image {
  return make(Object.freeze({ ...base, base: Object.freeze(base.base), layers: Object.freeze([]), ...here() }));
}

function extend(image: Image, layer: LayerDescription): Image {
  const description = readBrand<ImageDescription>(image, IMAGE)!;
  const layers = [...description.layers, Object.freeze({ ...layer, ...here() })];
  return make(Object.freeze({ ...description, layers: Object.freeze(layers) }));
}

/**
 * What an image is made of: a base, and layers in order. It never changes; each `with…` gives another one. Nothing is built by
 * describing it. Relative paths are of the module that makes the call.
 */
export class Image {
  private constructor(description: ImageDescription) {
    brand(this, IMAGE, description);
    Object.freeze(this);
  }

  static {
    make = (description) => new this(description);
  }

  /** Debian with Node, and Python where `python` asks for it. */
  static fromDebianBase(options?: DebianOptions): Image {
    return start(debianBase(callOf('fromDebianBase'), options));
  }

  /** An image of a registry, to build on. */
  static fromBase(reference: string, options?: PlatformOptions): Image {
    return start(referenceBase(callOf('fromBase'), reference, options));
  }

  static fromDockerfile(file: Path, options?: DockerfileOptions): Image {
    return start(dockerfileBase(callOf('fromDockerfile'), file, options));
  }

  /** What the configuration says of this name under `images`. */
  static fromRefName(name: string): Image {
    return start(namedBase(callOf('fromRefName'), name));
  }

  withAptPackages(...packages: string[]): Image {
    return extend(this, aptLayer(packages));
  }

  /** As npm is asked for them: `'nanoid@5.1.6'`. */
  withNpmPackages(...specs: string[]): Image {
    return extend(this, npmLayer(specs));
  }

  /** What the `package.json` in this folder asks for, by its lock file where there is one. */
  withNpmProject(directory: Path): Image {
    return extend(this, npmProjectLayer(directory));
  }

  /** As pip is asked for them: `'requests>=2,<3'`; options last. */
  withPipPackages(...specs: (string | PipOptions)[]): Image {
    return extend(this, pipLayer(specs));
  }

  withRequirements(file: Path, options?: PipOptions): Image {
    return extend(this, requirementsLayer(file, options));
  }

  withUvProject(directory: Path, options?: UvOptions): Image {
    return extend(this, uvProjectLayer(directory, options));
  }

  /** Literal values, but for `$PATH` at the start or end of PATH. */
  withEnv(variables: Readonly<Record<string, string>>): Image {
    return extend(this, envLayer(variables));
  }

  withWorkdir(directory: string): Image {
    return extend(this, workdirLayer(directory));
  }

  withUser(name: string): Image {
    return extend(this, userLayer(name));
  }

  /** Each is a shell script of its own, which may have several lines. */
  withCommands(...scripts: string[]): Image {
    return extend(this, commandsLayer(scripts));
  }

  /** The contents of a folder, into `to` (left out: the folder the image works in). */
  withSource(from: Path, to?: string): Image {
    return extend(this, sourceLayer(from, to));
  }
}
