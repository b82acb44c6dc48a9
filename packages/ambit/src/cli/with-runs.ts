import { resolve } from 'node:path';
import type { RunStore } from '@ambit/plugin-api';
import { installFiles } from '../app/installed-files.ts';
import { directoriesOf } from '../app/workspace.ts';
import { commandLogger } from './command-logger.ts';
import type { Terminal } from './terminal.ts';

/** The runs of the project of the folder that a command is given in. */
export async function withRuns<T>(terminal: Terminal, use: (runs: RunStore) => Promise<T>): Promise<T> {
  const directories = await directoriesOf(resolve('package.json'), terminal.flags.config);
  const { openRuns, openObjects } = await import('../compose/open-runs.ts');
  const runs = openRuns(directories, commandLogger(terminal));
  installFiles(openObjects(directories));
  try {
    await runs.open();
    return await use(runs);
  } finally {
    await runs.dispose();
  }
}
