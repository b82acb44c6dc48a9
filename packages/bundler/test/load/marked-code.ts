import { transform } from 'esbuild';
import { createMark } from '../../src/load/mark.ts';
import { nativeImport } from '../../src/load/native-import.ts';
import { boundNames } from '../../src/load/prepare/bound-names.ts';
import { markModule } from '../../src/load/prepare/mark-module.ts';
import type { MarkedModule } from '../../src/load/prepare/mark-module.ts';
import { markName } from '../../src/load/prepare/mark-name.ts';
import { moduleImports } from '../../src/load/prepare/module-imports.ts';
import { Recorder } from '../../src/load/recorder.ts';
import { parseModule } from '../../src/syntax/parsed-module.ts';

export function marked(source: string): MarkedModule {
  const module = parseModule('/project/main.ts', '/project', source);
  if (module.program.body.length === 0) throw new Error(`cannot be parsed: ${source}`);
  const bound = boundNames(module);
  return markModule(module, bound, moduleImports(module, bound), new Map());
}

type Namespace = Readonly<Record<string, unknown>>;

/** A module as it is written, and as it is marked. */
export async function bothWays(source: string): Promise<readonly [plain: Namespace, marked: Namespace]> {
  const { code, sites } = marked(source);
  const key = Symbol.for('ambit.test.mark');
  (globalThis as unknown as Record<symbol, unknown>)[key] = createMark(new Recorder(sites).mark, []);
  const banner = `const ${markName} = globalThis[Symbol.for('ambit.test.mark')];\n`;
  return [await runModule(source, ''), await runModule(code, banner)];
}

async function runModule(source: string, banner: string): Promise<Namespace> {
  const { code } = await transform(source, { loader: 'ts', format: 'esm', target: 'node20' });
  return nativeImport(`data:text/javascript;base64,${Buffer.from(banner + code).toString('base64')}`);
}
