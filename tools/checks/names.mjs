import { basename } from 'node:path';
import { filesBelow, root } from '../sources.mjs';

const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*$/;
const dumpingGrounds = /^(utils?|helpers?|misc|common)(\.|$)/;

/** File names are kebab-case and say what is in the file. */
export function checkNames(base = root) {
  return filesBelow(base)
    .filter((path) => /^(packages|plugins)\/[^/]+\/(src|test)\//.test(path) && path.endsWith('.ts'))
    .filter((path) => !kebab.test(basename(path)) || dumpingGrounds.test(basename(path)))
    .map((path) => `${path}: name the file in kebab-case after what it exports`);
}
