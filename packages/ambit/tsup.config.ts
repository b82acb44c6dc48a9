import { defineConfig } from 'tsup';
import { base } from '../../tools/tsup.base.ts';

export default defineConfig({
  ...base,
  entry: { index: 'src/index.ts', cli: 'src/cli/main.ts' },
  dts: { entry: { index: 'src/index.ts' } },
  // commander is CommonJS, and asks for parts of Node while it is loaded.
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
  noExternal: ['inversify', /^@inversifyjs\//, 'reflect-metadata', 'commander', 'picocolors', 'slice-ansi', 'string-width'],
  // Each start reads all of it. Names stay: bugs are reported by them.
  esbuildOptions: (options) => {
    options.minifyWhitespace = true;
    options.minifySyntax = true;
  },
});
