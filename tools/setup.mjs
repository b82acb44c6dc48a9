// Prepares a checkout: the package manager, the dependencies, and (with `build`) the packages. Needs Node, npm and a
// first time the network; does nothing where nothing has changed.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const manifest = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`This needs Node >= 20.19, and this is ${process.versions.node}. Install a newer Node and try again.`);
  process.exit(2);
}

/** What a tool prints is shown only where it fails: a first start is long enough without a thousand lines. */
function run(what, command, args, options = {}) {
  const started = performance.now();
  process.stderr.write(`${what} … `);
  const result = spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, ...options });
  if (result.error) throw result.error;
  console.error(result.status === 0 ? `${((performance.now() - started) / 1000).toFixed(1)} s` : 'FAILED');
  if (result.status === 0) return;
  console.error(`${result.stdout}${result.stderr}`);
  process.exit(result.status ?? 1);
}

/** pnpm in the version of package.json, in a folder of this checkout: nothing is installed globally. */
function packageManager() {
  const version = manifest.packageManager.split('@')[1];
  const folder = `${root}/.tools/pnpm`;
  const entry = `${folder}/node_modules/pnpm/bin/pnpm.cjs`;
  if (!existsSync(entry) || JSON.parse(readFileSync(`${folder}/node_modules/pnpm/package.json`, 'utf8')).version !== version) {
    run('fetching the package manager', 'npm', [
      'install',
      '--prefix',
      folder,
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      `pnpm@${version}`,
    ]);
  }
  return { entry, bin: `${folder}/node_modules/.bin` };
}

/** For tools of this checkout: nx starts pnpm, so it must be on the PATH. */
export function toolEnvironment() {
  return { ...process.env, PATH: `${packageManager().bin}:${process.env.PATH}`, NX_DAEMON: 'false', NX_TUI: 'false' };
}

function setup({ build }) {
  requireNode();
  const env = toolEnvironment();
  run('installing', process.execPath, [packageManager().entry, 'install', '--frozen-lockfile', '--reporter=append-only'], {
    env: { ...env, CI: 'true' },
  });
  if (build) run('building', 'node_modules/.bin/nx', ['run-many', '-t', 'build', '--outputStyle=static'], { env });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setup({ build: process.argv[2] === 'build' });
