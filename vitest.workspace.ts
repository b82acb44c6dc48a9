import { existsSync, readdirSync } from 'node:fs';

const groups = ['packages', 'plugins', 'examples', 'tools'];
const folders = groups.flatMap((group) =>
  group === 'tools' ? ['tools'] : readdirSync(new URL(group, import.meta.url)).map((name) => `${group}/${name}`),
);

export default folders.filter((folder) => existsSync(new URL(`${folder}/vitest.config.ts`, import.meta.url)));
