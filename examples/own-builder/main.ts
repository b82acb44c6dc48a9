import { Image, TaskEnvironment } from 'ambit';
import { nanoid } from 'nanoid';

const env = new TaskEnvironment({
  name: 'main_env',
  image: Image.fromDebianBase().withNpmPackages('nanoid@5.1.6'),
});

/** Gives a greeting an id of its own. */
export const main = env.task('main', async (greeting: string) => `${greeting} ${nanoid(8)}`);
