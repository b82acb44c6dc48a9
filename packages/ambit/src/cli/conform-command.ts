import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { conform, conforms, folderTools, reportTable } from '@ambit/testkit';
import type { ConformanceModule, ConformanceReport } from '@ambit/testkit';
import { installRuntime, localMachine } from '@ambit/local';
import { directoriesOf } from '../app/workspace.ts';
import { runtimeOn } from '../compose/portable-runtime.ts';
import { runtimeSource } from '../compose/runtime-source.ts';
import { commandLogger } from './command-logger.ts';
import { renderedForClauses } from './conform-rendering.ts';
import { EXIT } from './exit-code.ts';
import type { Invocation } from './invocation.ts';
import { loadForCommand } from './load-for-command.ts';
import type { Terminal } from './terminal.ts';
import { usageError } from './usage-error.ts';

/** `ambit conform FILE`. */
export async function conformCommand({ terminal, words, said }: Invocation): Promise<number> {
  const [file = ''] = words;
  const directories = await directoriesOf(resolve(file), terminal.flags.config);
  const { exports } = await loadForCommand(file, directories.cache, terminal);
  const { out, image } = said;
  const report = await check(exports, terminal, { cache: directories.cache, image: typeof image === 'string' ? image : 'busybox:latest' });
  if (report.plugin.type === '') {
    const why = report.roles[0]?.results.find(({ result }) => result === 'failed')?.message?.replace(/ \(file:[^)]*\)$/, '');
    throw usageError(
      `${file} exports no plugin${why === undefined ? '' : `: ${why}`}.`,
      'Write: export default definePlugin({ … }), or export its factory.',
    );
  }
  if (typeof out === 'string') await writeFile(out, `${JSON.stringify(report, undefined, 2)}\n`);
  terminal.out(terminal.flags.json ? JSON.stringify(report) : reportTable(report));
  return conforms(report) ? EXIT.ok : EXIT.user;
}

async function check(
  module: ConformanceModule,
  terminal: Terminal,
  { cache, image }: { readonly cache: string; readonly image: string },
): Promise<ConformanceReport> {
  const source = await runtimeSource();
  const tools = folderTools({
    machine: (folder) => localMachine({ cacheDirectory: join(folder, 'cache'), stateDirectory: join(folder, 'state') }),
    runtime: (machine) => installRuntime(machine, source),
    containers: {
      image,
      render: renderedForClauses,
      // Packing takes seconds: once for all clauses, in the cache that runs have too.
      runtime: (machine, wanted) => runtimeOn({ ...machine, cacheDirectory: cache }, wanted),
    },
    log: commandLogger(terminal),
  });
  const isLoud = terminal.flags.verbosity !== 'quiet';
  return conform(module, {
    tools,
    onResult: (role, { id, result }) => (isLoud ? terminal.say(`${role} ${id} ${result}`) : undefined),
  });
}
