import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('loads dockerode only when an engine is asked', () => {
  const entry = fileURLToPath(new URL('../src/index.ts', import.meta.url));
  const script = `
    const { createRequire } = await import('node:module');
    const loaded = () => Object.keys(createRequire(import.meta.url).cache).filter((path) => path.includes('/dockerode/')).length > 0;
    const { docker } = await import(${JSON.stringify(entry)});
    const builder = docker({ host: 'unix:///nowhere.sock' }).builder({});
    const before = loaded();
    const { exists } = await builder.exists({ digest: 'sha256:0', platform: 'linux/amd64' }, {}, new AbortController().signal);
    console.log(JSON.stringify([before, exists, loaded()]));`;
  const args = ['--conditions=@ambit/source', '--import', 'tsx', '--input-type=module', '-e', script];
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  expect(JSON.parse(execFileSync(process.execPath, args, { cwd, encoding: 'utf8' }))).toEqual([false, 'unknown', true]);
});
