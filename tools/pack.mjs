// Writes one tarball per publishable package: node tools/pack.mjs DIR
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { toolEnvironment } from './setup.mjs';
import { packageFolders, root } from './sources.mjs';

const directory = process.argv[2];
if (directory === undefined) {
  console.error('Say where the tarballs go: npm run pack -- DIR');
  process.exit(2);
}
const destination = resolve(process.env.INIT_CWD ?? process.cwd(), directory);
mkdirSync(destination, { recursive: true });
for (const folder of packageFolders()) {
  const result = spawnSync('pnpm', ['pack', '--pack-destination', destination], {
    cwd: join(root, folder),
    encoding: 'utf8',
    env: toolEnvironment(),
  });
  if (result.status !== 0) {
    console.error(`packing ${folder} failed:\n${result.stdout}${result.stderr}`);
    process.exit(1);
  }
  console.log(result.stdout.trim().split('\n').at(-1));
}
