/** The files of a new project, by name. `version` is that of Ambit. */
export function projectFiles(name: string, version: string): Readonly<Record<string, string>> {
  return {
    'package.json': json({
      name,
      version: '0.1.0',
      private: true,
      type: 'module',
      scripts: { start: 'ambit run main.ts main --text "the quick brown fox"', plan: 'ambit plan main.ts main', test: 'vitest run' },
      dependencies: { ambit: `^${version}` },
      devDependencies: { '@types/node': '^20.19.0', typescript: '^5.9.0', vitest: '^4.1.0' },
      engines: { node: '>=20.19.0' },
    }),
    'tsconfig.json': json({
      compilerOptions: {
        target: 'ES2022',
        lib: ['ES2023', 'ESNext.Disposable'],
        module: 'NodeNext',
        strict: true,
        noEmit: true,
        skipLibCheck: true,
        types: ['node'],
      },
    }),
    'main.ts': main,
    'main.test.ts': test,
    '.gitignore': 'node_modules/\n.ambit/\n',
  };
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

const main = `import { Image, TaskEnvironment, initFromConfig, isMain } from 'ambit';

// Packages of an image are installed for its tasks alone: Image.fromDebianBase().withNpmPackages('lodash@4.17.21').
const wordImage = Image.fromDebianBase().withEnv({ LOCALE: 'en' });

const wordEnv = new TaskEnvironment({ name: 'words', image: wordImage, resources: { cpu: 1 } });

/** Counts the letters of a word. */
export const countLetters = wordEnv.task('countLetters', async (word: string) => {
  const locale = process.env['LOCALE'] ?? 'en';
  return [...new Intl.Segmenter(locale).segment(word)].length;
});

// This one calls tasks of the other, so it depends on it. The code of the other is not in its own.
const mainEnv = new TaskEnvironment({ name: 'text', dependsOn: [wordEnv] });

/**
 * Finds out how long the words of a text are.
 *
 * @param text What to look at
 */
export const main = mainEnv.task('main', async (text: string) => {
  const words = text.split(/\\s+/).filter((word) => word !== '');
  const lengths = await Promise.all(words.map((word) => countLetters(word)));
  console.log(\`\${words.length} words\`);
  return Object.fromEntries(words.map((word, index) => [word, lengths[index]]));
});

if (isMain(import.meta)) {
  await using app = await initFromConfig();
  const run = await app.run(main, 'the quick brown fox');
  console.log(await run.result());
}
`;

const test = `import { expect, it } from 'vitest';
import { countLetters, main } from './main.js';

// Outside a run, a task is its function: a unit test needs nothing of Ambit.
it('counts letters as people see them', async () => {
  expect(await countLetters('fox')).toBe(3);
  expect(await countLetters('🦊')).toBe(1);
});

it('finds out how long words are', async () => {
  expect(await main('the quick fox')).toEqual({ the: 3, quick: 5, fox: 3 });
});
`;
