import { describe, expect, it } from 'vitest';
import { decodeError } from '../../src/values/index.ts';
import { valueOf } from './runner-process.ts';
import type { RunnerProcess } from './runner-process.ts';
import { useRunner } from './use-runner.ts';

let runner: RunnerProcess;
useRunner((each) => (runner = each), 'fold_env');

describe('loading a bundle', () => {
  it('runs its top level, and answers which tasks that defined', async () => {
    const loaded = await runner.load({
      'main.js': `import './part.js'; import { defineTask } from '#ambit/runtime'; defineTask('fold_env.b', () => 2);`,
      'part.js': `import { environment } from '#ambit/runtime'; export const env = environment('fold_env'); env.task('a', { retries: 1 }, () => 1);`,
    });
    expect(loaded).toEqual({ type: 'loaded', digest: 'sha256:1', tasks: ['fold_env.a', 'fold_env.b'] });
    expect(valueOf(await runner.run('fold_env.a'))).toBe(1);
  });

  it('has the packages that lie beside it', async () => {
    await runner.load({
      'main.js': `import { size } from 'tool'; import { defineTask } from '#ambit/runtime'; defineTask('fold_env.size', () => size);`,
      'node_modules/tool/package.json': '{"type":"module","exports":"./index.js"}',
      'node_modules/tool/index.js': 'export const size = 3;',
    });
    expect(valueOf(await runner.run('fold_env.size'))).toBe(3);
  });

  it.each([
    ['nanoid', `import { nanoid } from 'nanoid'; nanoid();`],
    ['@scope/tool', `import '@scope/tool/deep/file.js';`],
    ['left-pad', `import { createRequire } from 'node:module'; createRequire(import.meta.url)('left-pad/x');`],
  ])('is a matter of configuration where the image lacks a package: %s', async (name, code) => {
    const loaded = await runner.load(code);
    expect(loaded).toMatchObject({ failure: 'configuration', code: 'AMBIT_PACKAGE_MISSING' });
    const error = decodeError(loaded.error as never);
    expect(error.message).toBe(`The image of environment fold_env has no package ${name}, which its code imports.`);
    expect((error as { hint?: string }).hint).toContain(`withNpmPackages('${name}')`);
    expect(await runner.run('fold_env.x')).toMatchObject({
      failure: 'configuration',
      code: 'AMBIT_PACKAGE_MISSING',
      retryable: false,
    });
  });

  it.each([
    ['throws', `throw new RangeError('at the top');`, 'RangeError', 'at the top'],
    ['imports a file that is not there', `import './absent.js';`, 'Error', 'absent.js'],
    ['cannot be parsed', `const = 1;`, 'SyntaxError', 'Unexpected token'],
    [
      'calls a task while it is loaded',
      `import { task } from '#ambit/runtime'; await task('msa_env.run')();`,
      'AmbitError',
      'no task runs just now',
    ],
  ])("is the user's failure where the code %s", async (_what, code, name, message) => {
    const loaded = await runner.load(code);
    expect(loaded).toMatchObject({ failure: 'user', code: 'AMBIT_BUNDLE_FAILED', error: { name } });
    expect(loaded.error?.message).toContain(message);
    expect(await runner.run('fold_env.x')).toMatchObject({ status: 'failed', failure: 'user', code: 'AMBIT_BUNDLE_FAILED' });
  });

  it("shows the user's files in stacks", async () => {
    const map = { version: 3, sources: ['/project/fold/run.ts'], names: [], mappings: ';AASA' };
    await runner.load({
      'main.js':
        `import { defineTask } from '#ambit/runtime';\n` +
        `defineTask('fold_env.x', () => { throw new Error('x'); });\n//# sourceMappingURL=main.js.map`,
      'main.js.map': JSON.stringify(map),
    });
    const outcome = await runner.run('fold_env.x');
    expect(outcome).toMatchObject({ status: 'failed' });
    expect((outcome as { error: { stack: string } }).error.stack).toContain('/project/fold/run.ts:10');
  });

  it('refuses what starts runs, and is no main module', async () => {
    await runner.load(`
      import { defineConfig, defineTask, initFromConfig, isMain } from '#ambit/runtime';
      defineTask('fold_env.x', async () => [isMain(import.meta), defineConfig({ a: 1 }), await initFromConfig().catch((e) => e.code)]);
    `);
    expect(valueOf(await runner.run('fold_env.x'))).toEqual([false, { a: 1 }, 'AMBIT_IN_TASK']);
  });
});
