import { defineConfig } from 'tsup';
import { base } from '../../tools/tsup.base.ts';

const noExternal = ['@ambit/plugin-api'];

export default defineConfig([
  {
    ...base,
    entry: {
      protocol: 'src/protocol/index.ts',
      values: 'src/values/index.ts',
      runtime: 'src/runtime/index.ts',
      portable: 'src/portable/index.ts',
    },
    noExternal,
    clean: ['!bin/**'],
  },
  // What is brought to a machine: files that need nothing beside them.
  {
    ...base,
    entry: {
      'bin/supervisor': 'src/supervisor/main.ts',
      'bin/runner': 'src/runner/main.ts',
      'bin/runtime': 'src/runtime/bundled.ts',
      'bin/relay': 'src/relay/main.ts',
      'bin/copy': 'src/copy/main.ts',
    },
    noExternal,
    dts: false,
    clean: false,
    splitting: false,
    minify: true,
  },
]);
