import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../sources.mjs';

/** Who may import whom: runs the rules of .dependency-cruiser.cjs on a tree. */
export function checkBoundaries(base = root) {
  const tool = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const result = spawnSync(
    process.execPath,
    [tool, '--config', join(root, '.dependency-cruiser.cjs'), '--output-type', 'json', 'packages', 'plugins'],
    {
      cwd: base,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    },
  );
  let report;
  try {
    report = JSON.parse(result.stdout);
  } catch {
    return [`the boundary check did not run: ${result.stderr.trim().slice(-500)}`];
  }
  if (report.summary.totalCruised < 8) return [`the boundary check saw only ${report.summary.totalCruised} modules`];
  return report.summary.violations.map((found) => `${found.rule.name}: ${found.from} -> ${found.to}`);
}
