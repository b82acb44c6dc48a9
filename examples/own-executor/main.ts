import { getPriority } from 'node:os';
import { TaskEnvironment } from 'ambit';

const backgroundEnv = new TaskEnvironment({ name: 'background_env' });
const env = new TaskEnvironment({ name: 'main_env', dependsOn: [backgroundEnv] });

/** How nice the process of this task is to others: 0 as a rule, 10 under `nice -n 10`. */
export const background = backgroundEnv.task('background', async () => getPriority());

/** Says how nice it is itself, and how nice a task in the other environment is. */
export const main = env.task('main', async () => ({ main: getPriority(), background: await background() }));
