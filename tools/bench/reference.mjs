// The reference system, where its measuring kit lies beside this checkout (or in AMBIT_BENCH_PEERS).
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../sources.mjs';

const peers = process.env.AMBIT_BENCH_PEERS ?? join(root, '../shared/peers');

/** Its Python with the reference installed, and a copy of its example; undefined where the kit is not there. */
export function reference() {
  if (!existsSync(join(peers, 'measure'))) return undefined;
  const venv = join(root, '.tools/peers');
  const python = join(venv, 'bin/python');
  const version = /flyte==[\d.]+/.exec(spawnSync('cat', [join(peers, 'measure')], { encoding: 'utf8' }).stdout)?.[0] ?? 'flyte';
  if (!existsSync(join(venv, 'bin/flyte'))) {
    for (const command of [
      ['python3', '-m', 'venv', venv],
      [join(venv, 'bin/pip'), '-q', 'install', version],
    ]) {
      if (spawnSync(command[0], command.slice(1), { stdio: 'inherit' }).status !== 0) return undefined;
    }
  }
  const folder = mkdtempSync(join(tmpdir(), 'ambit-bench-'));
  cpSync(join(peers, 'af2'), join(folder, 'af2'), { recursive: true });
  return { python, af2: join(folder, 'af2'), plan: join(peers, 'flyte_plan.py'), version };
}
