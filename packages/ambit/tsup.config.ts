import { defineConfig } from 'tsup';
import { base } from '../../tools/tsup.base.ts';

export default defineConfig({
  ...base,
  entry: { index: 'src/index.ts', cli: 'src/cli/main.ts' },
  dts: { entry: { index: 'src/index.ts' } },
  noExternal: ['inversify', /^@inversifyjs\//, 'reflect-metadata', 'commander', 'picocolors', 'log-update'],
});
