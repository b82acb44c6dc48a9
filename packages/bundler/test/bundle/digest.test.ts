import { afterEach, expect, it } from 'vitest';
import { codeOf, main, removeProjects, textOf } from './bundle-project.ts';

afterEach(removeProjects);

const CODE = `import { Image, TaskEnvironment } from 'ambit';
import { help } from './help.js';
export const env = new TaskEnvironment({ name: 'env', image: Image.fromDebianBase(), resources: { cpu: 1 } });
export const theirs = other.task('theirs', async () => 1);
export const ours = env.task('ours', { retries: 1 }, async (n: number) => help(await theirs()) + n);
`;
const HELP = `export function help(x: unknown) { return [x, 'helped']; }\n`;

async function digest(code: string, help = HELP): Promise<string> {
  return (await main(code, { 'help.ts': help }).bundle('env')).digest;
}

it.each([
  ['another folder', CODE, HELP],
  [
    'comments',
    `/* a */ // b\n${CODE.replaceAll('; ', '; /* c\n c */ ').replace('(n: number)', '(/* d */ n: number)').replaceAll(';\n', '; // e\n')}`,
    `/** f */ ${HELP}`,
  ],
  ['retries', CODE.replace('retries: 1', 'retries: 7'), HELP],
  ['a timeout', CODE.replace('retries: 1', "timeout: '5m'"), HELP],
  ['no options', CODE.replace('{ retries: 1 }, ', ''), HELP],
  ['the image', CODE.replace('fromDebianBase()', "fromDebianBase().withNpmPackages('nanoid@5')"), HELP],
  ['resources', CODE.replace('cpu: 1', 'cpu: 2, memory: "1Gi"'), HELP],
  ["others' code", CODE.replace('async () => 1', 'async () => [2, 3]'), HELP],
  ['types', CODE.replace('(n: number)', '(n: 1 | 2)'), HELP],
])('does not count %s', async (_, code, help) => {
  expect(await digest(code, help)).toBe(await digest(CODE));
});

it.each([
  ['a helper', CODE, HELP.replace("'helped'", "'helped more'")],
  ['the function', CODE.replace('+ n', '- n'), HELP],
  ['what is called', CODE.replace("task('theirs'", "task('them'"), HELP],
])('counts %s', async (_, code, help) => {
  expect(await digest(code, help)).not.toBe(await digest(CODE));
});

it('says nothing of the machine it was made on', async () => {
  const tried = main(CODE, { 'help.ts': HELP });
  const bundle = await tried.bundle('env');
  for (const { path } of bundle.files) expect(textOf(bundle, path)).not.toContain(tried.root);
});

it('keeps maps to the files of the project, so that stacks show these', async () => {
  const tried = main(
    `\n\nfunction fail() {\n  throw new TypeError('so it is');\n}\nexport const ours = own.task('ours', async () => {\n  try { fail(); } catch (error) { return (error as Error).stack; }\n});`,
  );
  const bundle = await tried.bundle('own');
  expect(codeOf(bundle)).toMatch(/sourceMappingURL=entry\.js\.map\n$/);
  expect((await tried.run(bundle, 'own.ours')).result).toMatch(/main\.ts:6:9[^]*main\.ts:9:9/);
});
