import { TaskEnvironment } from 'ambit';
import { foldEnv, runFold } from './fold/run.js';
import { msaEnv, runMsa } from './msa/run.js';

/** No image said, so a bare one: the bundle of this environment carries nothing of its children. */
const env = new TaskEnvironment({ name: 'lean_env', dependsOn: [foldEnv, msaEnv] });

export const main = env.task('main', async (sequence: string): Promise<string[]> => runFold(sequence, await runMsa(sequence)));
