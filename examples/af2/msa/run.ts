import { createRequire } from 'node:module';
import { File, Image, TaskEnvironment } from 'ambit';

export const MSA_PACKAGES = ['fasta-js@1.0.1'];

export const msaImage = Image.fromDebianBase()
  .withNpmPackages(...MSA_PACKAGES)
  .withNpmPackages('nanoid@2.1.11');

export const msaEnv = new TaskEnvironment({ name: 'msa_env', image: msaImage });

/** Multiple sequence alignment, mocked: the sequence as it is, in a file. */
export const runMsa = msaEnv.task('run_msa', async (sequence: string): Promise<File> => {
  const { default: generate } = await import('nanoid');
  const { version } = createRequire(import.meta.url)('nanoid/package.json') as { version: string };
  console.log(`msa ${generate(8)} with nanoid ${version}`);
  return File.newRemote('msa.txt').write(sequence);
});
