import { TaskEnvironment } from 'ambit';

const env = new TaskEnvironment({ name: 'hello' });

/** Greets somebody. */
export const hello = env.task('hello', async (name: string) => `Hello, ${name}!`);
