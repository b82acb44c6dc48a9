import { defineConfig } from 'tsup';
import { base } from '../../tools/tsup.base.ts';

const noExternal = ['@ambit/plugin-api'];

export default defineConfig([
  {
    ...base,
    entry: { protocol: 'src/protocol/index.ts', values: 'src/values/index.ts', runtime: 'src/runtime/index.ts' },
    noExternal,
    clean: ['!bin/**'],
  },
  // What is brought to a machine: three files that need nothing beside them.
  {
    ...base,
    entry: { 'bin/supervisor': 'src/supervisor/main.ts', 'bin/runner': 'src/runner/main.ts', 'bin/runtime': 'src/runtime/bundled.ts' },
    noExternal,
    dts: false,
    clean: false,
    splitting: false,
    minify: true,
  },
]);
