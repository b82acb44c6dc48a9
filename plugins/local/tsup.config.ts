import { defineConfig } from 'tsup';
import { base } from '../../tools/tsup.base.ts';

export default defineConfig({
  ...base,
  entry: { index: 'src/index.ts', 'store-thread': 'src/stores/store-thread.js', 'maker-process': 'src/builder/maker-process.js' },
  dts: { entry: { index: 'src/index.ts' } },
});
