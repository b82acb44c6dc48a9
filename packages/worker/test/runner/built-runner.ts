import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'tsup';
import { base } from '../../../../tools/tsup.base.ts';

export interface BuiltRunner {
  /** A folder with `runner.js` and `runtime.js`, as they are brought to a machine. */
  readonly directory: string;
  dispose(): Promise<void>;
}

export async function buildRunner(): Promise<BuiltRunner> {
  const directory = await mkdtemp(join(tmpdir(), 'ambit-runner-'));
  await build({
    ...base,
    config: false,
    silent: true,
    entry: {
      runner: join(import.meta.dirname, '../../src/runner/main.ts'),
      runtime: join(import.meta.dirname, '../../src/runtime/bundled.ts'),
    },
    outDir: directory,
    noExternal: ['@ambit/plugin-api'],
    esbuildOptions: (options) => {
      options.conditions = ['@ambit/source'];
    },
    dts: false,
    clean: false,
    splitting: false,
    minify: true,
  });
  return { directory, dispose: () => rm(directory, { recursive: true, force: true }) };
}
