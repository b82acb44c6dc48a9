import { createRequire } from 'node:module';
import { type File, Image, TaskEnvironment } from 'ambit';

export const FOLD_PACKAGES = ['nanoid@5.1.6'];

export const foldImage = Image.fromDebianBase().withNpmPackages(...FOLD_PACKAGES);

export const foldEnv = new TaskEnvironment({ name: 'fold_env', image: foldImage });

/** The fold step, mocked: what the alignment holds, and the sequence. */
export const runFold = foldEnv.task('run_fold', async (sequence: string, msa: File): Promise<string[]> => {
  const { nanoid } = await import('nanoid');
  const { version } = createRequire(import.meta.url)('nanoid/package.json') as { version: string };
  console.log(`fold ${nanoid(8)} with nanoid ${version}`);
  return [await msa.text(), sequence];
});
