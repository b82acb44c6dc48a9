// Writes docs/errors.md from the catalogue in packages/ambit/src/errors/catalogue.ts: node tools/errors.mjs
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorPage } from './checks/error-catalogue.mjs';
import { root } from './sources.mjs';

writeFileSync(join(root, 'docs/errors.md'), await errorPage(root));
