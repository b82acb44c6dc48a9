import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { project, removeProjects } from '../bundle/bundle-project.ts';
import type { BundleProject } from '../bundle/bundle-project.ts';

afterAll(removeProjects);

const KINDS = ['constant', 'function', 'arrow', 'own', 'other', 'package'] as const;
const STYLES = ['named', 'renamed', 'namespace', 'barrel', 'default'] as const;

/** Something that a module exports, and what it uses of the others. Everything is a text that says how it was made. */
interface Item {
  readonly index: number;
  readonly kind: (typeof KINDS)[number];
  readonly module: number;
  readonly uses: readonly Item[];
  readonly style: (typeof STYLES)[number];
}

const program = fc
  .array(
    fc.record({
      kind: fc.constantFrom(...KINDS),
      module: fc.nat(3),
      style: fc.constantFrom(...STYLES),
      uses: fc.uniqueArray(fc.nat(20), { maxLength: 4 }),
    }),
    { minLength: 4, maxLength: 14 },
  )
  .map((drafts) => {
    const items: Item[] = [];
    for (const [index, { uses, ...draft }] of [
      ...drafts,
      { kind: 'own', module: 0, style: 'named', uses: [1, 2, 3, 5] } as const,
    ].entries()) {
      const earlier = [...new Set(uses.filter(() => index > 0).map((use) => items[use % index]))].filter((each) => each !== undefined);
      // What is evaluated while modules load may not go round in circles.
      const usable = draft.kind === 'constant' ? earlier.filter((each) => each.kind === 'constant' && each.module < draft.module) : earlier;
      const isDefault = draft.kind === 'function' && !items.some((each) => each.module === draft.module && each.style === 'default');
      const style = draft.style === 'default' && !isDefault ? 'named' : draft.style;
      items.push({ ...draft, style, index, uses: draft.kind === 'package' ? [] : usable });
    }
    return items;
  });

const nameOf = ({ index }: Item): string => `x${index}`;

function declaration(item: Item): string {
  const name = nameOf(item);
  const parts = item.uses.map((use) => `\${${use.kind === 'constant' ? reference(item, use) : `await ${reference(item, use)}(n)`}}`);
  const text = `\`${name}(${parts.join(' ')})\``;
  switch (item.kind) {
    case 'constant':
      return `export const ${name} = String(${text});`;
    case 'function':
      return `export async function ${name}(n: number) { return ${text}; }`;
    case 'arrow':
      return `export const ${name} = async (n: number): Promise<string> => ${text}`;
    case 'package':
      return `import { ${name} as made${name} } from 'package-${name}';\nexport const ${name} = async (n: number): Promise<string> => made${name}(n);`;
    default:
      return `export const ${name} = ${item.kind}.task('${name}', { retries: 1 }, async (n: number): Promise<string> => ${text});`;
  }
}

/** How one item names another. */
function reference(from: Item, to: Item): string {
  const name = nameOf(to);
  if (from.module === to.module) return name;
  return { named: name, renamed: `_${name}`, namespace: `all${to.module}.${name}`, barrel: `b_${name}`, default: `d_${name}` }[to.style];
}

function moduleText(items: readonly Item[], module: number): string {
  const own = items.filter((item) => item.module === module);
  const used = [...new Set(own.flatMap((item) => item.uses))].filter((item) => item.module !== module);
  const imports = new Set(
    used.map((item) => {
      const [name, from] = [nameOf(item), `./m${item.module}.js`];
      if (item.style === 'named') return `import { ${name} } from '${from}';`;
      if (item.style === 'renamed') return `import { ${name} as _${name} } from '${from}';`;
      if (item.style === 'barrel') return `import { ${name} as b_${name} } from './index.js';`;
      if (item.style === 'default') return `import d_${name} from '${from}';`;
      return `import * as all${item.module} from '${from}';`;
    }),
  );
  const standard = own.find((item) => item.style === 'default');
  return [
    `import { own, other } from './environments.js';`,
    ...imports,
    ...own.map(declaration),
    ...(standard ? [`export { ${nameOf(standard)} as default };`] : []),
  ].join('\n');
}

function write(items: readonly Item[]): BundleProject {
  const modules = [...new Set(items.map(({ module }) => module))].sort();
  const files = modules.map((module) => [`m${module}.ts`, moduleText(items, module)] as const);
  const all = modules.map((module) => `export * from './m${module}.js';`).join('\n');
  return project({ ...Object.fromEntries(files), 'index.ts': all, 'main.ts': `export * from './environments.js';\n${all}` });
}

/** What an item is in the bundle of `own`: others' tasks are only called. */
function expected(item: Item): string {
  if (item.kind === 'other') return `other.${nameOf(item)}`;
  return `${nameOf(item)}(${item.uses.map(expected).join(' ')})`;
}

function reached(roots: readonly Item[]): ReadonlySet<Item> {
  const found = new Set(roots);
  for (const item of found) if (item.kind !== 'other') for (const use of item.uses) found.add(use);
  return found;
}

/** Not where a constant was used before it was there: modules may import each other. */
async function isSound(tried: BundleProject): Promise<boolean> {
  const { exports } = await tried.load();
  return !Object.values(exports).some((value) => typeof value === 'string' && value.includes('undefined'));
}

it('makes of any program one that does the same with no more than it needs', async () => {
  await fc.assert(
    fc.asyncProperty(program, async (items) => {
      const tried = write(items);
      fc.pre(await isSound(tried));
      const bundle = await tried.bundle('own');
      const own = items.filter(({ kind }) => kind === 'own');
      const needed = reached(own);
      const names = (kind: Item['kind']): readonly string[] =>
        [...needed]
          .filter((item) => item.kind === kind)
          .map(nameOf)
          .sort();
      expect(bundle.packages.map(({ name }) => name).sort()).toEqual(
        names('package')
          .map((name) => `package-${name}`)
          .sort(),
      );
      expect([...new Set(bundle.calls.map(({ task }) => task))].sort()).toEqual(
        names('other')
          .map((name) => `other.${name}`)
          .sort(),
      );
      const last = own.at(-1);
      const packages = names('package').map((name) => [`package-${name}`, `export const ${name} = () => '${name}()';`] as const);
      const { result, tasks } = await tried.run(bundle, `own.${last ? nameOf(last) : ''}`, [1], Object.fromEntries(packages));
      expect(result).toBe(last && expected(last));
      expect(tasks).toEqual(own.map((item) => `own.${nameOf(item)}`).sort());
    }),
    { numRuns: Number(process.env.AMBIT_RUNS ?? 30) },
  );
}, 600_000);
