/** An image as bundles have it: nothing. It was built before the code that describes it runs here. */
export class Image {
  static fromDebianBase(): Image {
    return new Image();
  }

  static fromBase(): Image {
    return new Image();
  }

  static fromDockerfile(): Image {
    return new Image();
  }

  static fromRefName(): Image {
    return new Image();
  }

  withAptPackages(): Image {
    return this;
  }

  withNpmPackages(): Image {
    return this;
  }

  withNpmProject(): Image {
    return this;
  }

  withPipPackages(): Image {
    return this;
  }

  withRequirements(): Image {
    return this;
  }

  withUvProject(): Image {
    return this;
  }

  withEnv(): Image {
    return this;
  }

  withWorkdir(): Image {
    return this;
  }

  withUser(): Image {
    return this;
  }

  withCommands(): Image {
    return this;
  }

  withSource(): Image {
    return this;
  }
}
