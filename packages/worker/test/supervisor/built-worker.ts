import { copyFileSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'tsup';
import { base } from '../../../../tools/tsup.base.ts';

export interface BuiltWorker {
  /** With the fake runner. */
  readonly fake: string;
  /** With the real one. */
  readonly real: string;
  dispose(): Promise<void>;
}

const source = join(import.meta.dirname, '../../src');

/** Runtime folders as they are brought to a machine. */
export async function buildWorker(): Promise<BuiltWorker> {
  const directory = mkdtempSync(join(tmpdir(), 'ambit-built-'));
  const folders = { real: join(directory, 'real'), fake: join(directory, 'fake') };
  await bundle(folders.real, { supervisor: 'supervisor/main.ts', runner: 'runner/main.ts', runtime: 'runtime/bundled.ts' });
  await bundle(folders.fake, { supervisor: 'supervisor/main.ts' });
  copyFileSync(join(import.meta.dirname, '../fixtures/fake-runner.js'), join(folders.fake, 'runner.js'));
  writeFileSync(join(folders.fake, 'runtime.js'), 'export const runtime = true;');
  for (const folder of Object.values(folders)) {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
    symlinkSync(process.execPath, join(folder, 'node'));
  }
  return { ...folders, dispose: () => rm(directory, { recursive: true, force: true }) };
}

async function bundle(outDir: string, entries: Record<string, string>): Promise<void> {
  await build({
    ...base,
    config: false,
    silent: true,
    entry: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, join(source, path)])),
    outDir,
    noExternal: ['@ambit/plugin-api'],
    esbuildOptions: (options) => {
      options.conditions = ['@ambit/source'];
    },
    dts: false,
    clean: false,
    splitting: false,
    minify: true,
  });
}
