// Everything that must hold besides the tests: format, lint, types, boundaries, names, shapes, sizes, docs, error catalogue.
import { spawnSync } from 'node:child_process';
import { checkBoundaries } from './checks/boundaries.mjs';
import { checkBudget } from './checks/budget.mjs';
import { checkDocs } from './checks/docs.mjs';
import { checkErrorCatalogue } from './checks/error-catalogue.mjs';
import { checkNames } from './checks/names.mjs';
import { checkShape } from './checks/shape.mjs';
import { toolEnvironment } from './setup.mjs';
import { root } from './sources.mjs';

const env = toolEnvironment();
const command =
  (...argv) =>
  () => {
    const result = spawnSync(`node_modules/.bin/${argv[0]}`, argv.slice(1), { cwd: root, encoding: 'utf8', env });
    return result.status === 0 ? [] : [`${result.stdout}${result.stderr}`.trim()];
  };

const checks = {
  format: command('prettier', '--check', '--log-level=warn', '.'),
  lint: command('eslint', '--max-warnings=0', '.'),
  types: command('nx', 'run-many', '-t', 'typecheck', '--outputStyle=static'),
  boundaries: checkBoundaries,
  names: checkNames,
  shape: checkShape,
  budget: checkBudget,
  docs: checkDocs,
  'error catalogue': checkErrorCatalogue,
};

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  const started = performance.now();
  const wrong = await check();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${wrong.length === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
  for (const line of wrong) console.log(`       ${line.replaceAll('\n', '\n       ')}`);
  if (wrong.length > 0) failed += 1;
}
process.exit(failed === 0 ? 0 : 1);
