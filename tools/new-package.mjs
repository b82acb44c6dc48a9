// Makes a package of the common shape: node tools/new-package.mjs packages/NAME
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from './sources.mjs';

const folder = process.argv[2] ?? '';
if (!/^(packages|plugins)\/[a-z0-9]+(-[a-z0-9]+)*$/.test(folder) || existsSync(join(root, folder))) {
  console.error('Say which folder to make: packages/NAME or plugins/NAME, kebab-case, not there yet.');
  process.exit(2);
}
const model = JSON.parse(readFileSync(join(root, 'packages/plugin-api/package.json'), 'utf8'));
const name = `@ambit/${basename(folder)}`;
for (const part of ['src', 'test']) mkdirSync(join(root, folder, part), { recursive: true });
for (const file of ['tsconfig.json', 'tsup.config.ts', 'vitest.config.ts'])
  copyFileSync(join(root, 'packages/plugin-api', file), join(root, folder, file));
const dependencies = folder.startsWith('plugins/') ? { '@ambit/plugin-api': 'workspace:*' } : {};
writeFileSync(
  join(root, folder, 'package.json'),
  `${JSON.stringify({ ...model, name, description: `${name}: say what it is for`, dependencies }, null, 2)}\n`,
);
writeFileSync(join(root, folder, 'README.md'), `# ${name}\n\nSay what it is for, and what stands where.\n`);
writeFileSync(join(root, folder, 'src/index.ts'), 'export {};\n');
console.log(`made ${folder}; next: node tools/setup.mjs`);
