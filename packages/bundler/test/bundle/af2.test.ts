import { afterEach, expect, it } from 'vitest';
import { codeOf, project, removeProjects } from './bundle-project.ts';

afterEach(removeProjects);

const FILES = {
  'main.ts': `import { TaskEnvironment, isMain } from 'ambit';
import { foldEnv, foldImage, runFold } from './fold/run.js';
import { MSA_PACKAGES, msaEnv, runMsa } from './msa/run.js';

const mainImage = foldImage.withNpmPackages(...MSA_PACKAGES);

const env = new TaskEnvironment({ name: 'multi_env', dependsOn: [foldEnv, msaEnv], image: mainImage });

/** Gives the parts of a structure. */
export const main = env.task('main', async (sequence: string): Promise<string[]> => {
  const msa = await runMsa(sequence);
  return runFold(sequence, msa);
});

if (isMain(import.meta)) {
  const { start } = await import('starter');
  console.log(await start(main, 'AAGG'));
}
`,
  'fold/run.ts': `import { createRequire } from 'node:module';
import { type File, Image, TaskEnvironment } from 'ambit';
import { nanoid } from 'nanoid';

export const foldImage = Image.fromDebianBase().withNpmPackages('nanoid@5.1.6');

export const foldEnv = new TaskEnvironment({ name: 'fold_env', image: foldImage });

export const runFold = foldEnv.task('run_fold', async (sequence: string, msa: string): Promise<string[]> => {
  const { version } = createRequire(import.meta.url)('nanoid/package.json') as { version: string };
  return [\`\${sequence} \${msa} \${nanoid(8)} \${version}\`];
});
`,
  'msa/run.ts': `import { Image, TaskEnvironment } from 'ambit';
import { align } from 'fasta-js';

export const MSA_PACKAGES = ['fasta-js@1.0.1'];

export const msaEnv = new TaskEnvironment({ name: 'msa_env', image: Image.fromDebianBase().withNpmPackages(...MSA_PACKAGES) });

export const runMsa = msaEnv.task('run_msa', async (sequence: string): Promise<string> => align(sequence));
`,
};

it('gives a parent none of what its children import', async () => {
  const af2 = project(FILES);
  const bundle = await af2.bundle('multi_env');
  expect(codeOf(bundle).replace(/^\/\/# .*\n/m, '')).toBe(`// fold/run.ts
import { task as __ambit_task } from "#ambit/runtime";
var runFold = /* @__PURE__ */ __ambit_task("fold_env.run_fold");

// msa/run.ts
import { task as __ambit_task2 } from "#ambit/runtime";
var runMsa = /* @__PURE__ */ __ambit_task2("msa_env.run_msa");

// main.ts
import { defineTask as __ambit_defineTask } from "#ambit/runtime";
var main = __ambit_defineTask("multi_env.main", async (sequence) => {
  let msa = await runMsa(sequence);
  return runFold(sequence, msa);
});
`);
  expect(bundle).toMatchObject({
    packages: [],
    calls: [
      { task: 'msa_env.run_msa', environment: 'msa_env', at: 'main.ts:11' },
      { task: 'fold_env.run_fold', environment: 'fold_env', at: 'main.ts:12' },
    ],
    diagnostics: [],
  });
});

it('gives each child what it imports, and says where', async () => {
  const af2 = project(FILES);
  const bundle = await af2.bundle('fold_env', 'fold/run.ts');
  expect(bundle.packages).toEqual([
    { name: 'nanoid', specifier: 'nanoid', chain: ['fold/run.ts:3'], optional: false },
    { name: 'nanoid', specifier: 'nanoid/package.json', chain: ['fold/run.ts:10'], optional: false },
  ]);
  const { result } = await af2.run(bundle, 'fold_env.run_fold', ['AA', 'msa'], { nanoid: `export const nanoid = (n) => 'x'.repeat(n);` });
  expect(result).toEqual(['AA msa xxxxxxxx 1.0.0']);
});
