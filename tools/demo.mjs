// The AlphaFold example, as a user would start it.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './sources.mjs';

const ambit = join(root, 'packages/ambit/bin/ambit.js');
for (const args of [
  ['plan', 'main.ts', 'main'],
  ['run', 'main.ts', 'main', '--sequence', 'AAGGTTCCAA'],
]) {
  console.error(`\n$ ambit ${args.join(' ')}`);
  const result = spawnSync(process.execPath, [ambit, ...args], { cwd: join(root, 'examples/af2'), stdio: 'inherit' });
  if (result.status !== 0) process.exit(result.status ?? 1);
}
