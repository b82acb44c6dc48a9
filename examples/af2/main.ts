import { TaskEnvironment, initFromConfig, isMain } from 'ambit';
import { foldEnv, foldImage, runFold } from './fold/run.js';
import { MSA_PACKAGES, msaEnv, runMsa } from './msa/run.js';

const mainImage = foldImage.withNpmPackages(...MSA_PACKAGES);

const env = new TaskEnvironment({ name: 'multi_env', dependsOn: [foldEnv, msaEnv], image: mainImage });

/**
 * Given a sequence, gives the parts of its structure. The real one would need model weights, GPUs and a large database.
 *
 * @param sequence Amino acids, one letter each
 */
export const main = env.task('main', async (sequence: string): Promise<string[]> => {
  console.log(`Running AlphaFold2 for sequence: ${sequence}`);
  const msa = await runMsa(sequence);
  console.log(`MSA result: ${msa.uri}, passing to fold task`);
  const results = await runFold(sequence, msa);
  console.log(`Fold results: ${results.join(' ')}`);
  return results;
});

if (isMain(import.meta)) {
  const app = await initFromConfig();
  const run = await app.run(main, 'AAGGTTCCAA');
  console.log(run.name);
  console.log(run.url);
  console.log(await run.result());
  await app.close();
}
