import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ImageBase, ImageDescription, LayerDescription } from '../../src/index.ts';
import { cluster, codes, debian, digestOf, docker, environment, graphOf, host, identityOf, names, npm, planOf, planned } from './scene.ts';
import type { World } from './scene.ts';

type Edges = Readonly<Record<string, readonly string[]>>;

/** Graphs of at most 9 environments; with `cycles: false`, edges lead to later letters only. */
function graphs({ cycles }: { readonly cycles: boolean }): fc.Arbitrary<Edges> {
  return fc.integer({ min: 1, max: 9 }).chain((size) => {
    const all = [...'abcdefghi'].slice(0, size);
    const lists = all.map((_, from) => fc.subarray(all.filter((_, to) => cycles || to > from)).chain((list) => shuffled(list)));
    return fc.tuple(...lists).map((edges) => Object.fromEntries(all.map((name, index) => [name, edges[index]!])));
  });
}

function shuffled<T>(items: readonly T[]): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray([...items], { minLength: items.length });
}

function preOrder(edges: Edges, roots: readonly string[], seen: string[] = []): readonly string[] {
  for (const root of roots) {
    if (seen.includes(root)) continue;
    seen.push(root);
    preOrder(edges, edges[root]!, seen);
  }
  return seen;
}

/** The number of edges of the shortest cycle through an environment. */
function cycleLength(edges: Edges, through: string): number {
  let level = [...edges[through]!];
  for (let length = 1; length <= Object.keys(edges).length; length += 1) {
    if (level.includes(through)) return length;
    level = [...new Set(level.flatMap((name) => edges[name]!))];
  }
  return Infinity;
}

const words = fc.array(fc.constantFrom('a', 'b', 'ab', 's1:a'), { minLength: 1, maxLength: 3 });
const paths = fc.constantFrom('/one', '/two');
const indexes = { indexUrl: fc.constantFrom('u', 'v'), extraIndexUrls: fc.subarray(['u', 'v']), secrets: fc.subarray(['u', 'v']) };
const variables = fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom('a', 'b'), { minKeys: 1 });
const layerKinds: readonly fc.Arbitrary<LayerDescription>[] = [
  words.map((packages) => ({ kind: 'apt', packages })),
  words.map((commands) => ({ kind: 'commands', commands })),
  words.map((specs) => ({ kind: 'npm', specs })),
  words.map((specs) => ({ kind: 'pip', specs, secrets: [] })),
  fc.record({ kind: fc.constant('pip' as const), specs: fc.constant(['a']), ...indexes }),
  fc.record({ kind: fc.constant('requirements' as const), file: paths, ...indexes }),
  fc.record({ kind: fc.constant('uv-project' as const), directory: paths, groups: fc.subarray(['u', 'v']) }),
  fc.record({ kind: fc.constant('npm-project' as const), directory: paths }),
  fc.record({ kind: fc.constant('source' as const), from: paths, to: fc.constantFrom('.', '/a') }),
  fc.record({ kind: fc.constant('env' as const), variables }),
  fc.record({ kind: fc.constant('workdir' as const), directory: fc.constantFrom('a', 'b') }),
  fc.record({ kind: fc.constant('user' as const), name: fc.constantFrom('a', 'b') }),
];
const layers = fc.oneof(...layerKinds);
const bases: fc.Arbitrary<ImageBase> = fc.oneof(
  fc.record({ kind: fc.constant('debian' as const) }),
  fc.record({ kind: fc.constant('debian' as const), node: fc.constantFrom('20', '22') }),
  fc.record({ kind: fc.constant('debian' as const), python: fc.constantFrom('3.11', '3.12') }),
  fc.record({ kind: fc.constant('reference' as const), reference: fc.constantFrom('a', 'b') }),
);
const images: fc.Arbitrary<ImageDescription> = fc.record({ base: bases, layers: fc.array(layers, { minLength: 1, maxLength: 3 }) });
const engine: World = { builders: { docker }, executors: { cluster }, files: { '/one': 'one', '/two': 'two' } };

/** Two images that differ little: in one layer, of one kind more often than not, or in the base. */
const pairs = fc
  .tuple(images, fc.oneof(...layerKinds.map((kind) => fc.tuple(kind, kind)), fc.tuple(layers, layers)), bases, fc.boolean())
  .map(([{ base, layers: all }, [one, other], otherBase, isOther]): [ImageDescription, ImageDescription] => [
    { base, layers: [...all, one] },
    { base: isOther ? otherBase : base, layers: [...all, isOther ? one : other] },
  ]);

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted((value as Record<string, unknown>)[key])]),
  );
}

describe('for any graph', () => {
  test('the plan has what the targets reach, each once, in pre-order, with every edge', () => {
    fc.assert(
      fc.property(graphs({ cycles: true }), fc.nat({ max: 99 }), (edges, seed) => {
        const all = graphOf(edges);
        const targets = Object.keys(edges).filter((_, index) => index === 0 || (seed >> index) % 2 === 1);
        const plan = planOf(targets.map((name) => all[name]!));
        const reached = preOrder(edges, targets);
        expect(names(plan)).toEqual(reached);
        for (const name of reached) {
          const requirers = reached.flatMap((from) => edges[from]!.filter((to) => to === name).map(() => from));
          const said = planned(plan, name).requiredBy.map((by) => ('target' in by ? `target ${by.target}` : by.environment));
          expect(said).toEqual([...(targets.includes(name) ? [`target ${name}`] : []), ...requirers]);
        }
      }),
    );
  });

  test('a cycle is said if there is one, is one, and is the shortest', () => {
    fc.assert(
      fc.property(graphs({ cycles: true }), (edges) => {
        const shortest = Math.min(...preOrder(edges, ['a']).map((name) => cycleLength(edges, name)));
        const plan = planOf([graphOf(edges)['a']!]);
        expect(codes(plan)).toEqual(shortest === Infinity ? [] : ['AMBIT_PLAN_CYCLE']);
        if (shortest === Infinity) return;
        const path = /: (.*)\.$/.exec(plan.diagnostics[0]!.message)![1]!.split(' -> ');
        expect(path).toHaveLength(shortest + 1);
        expect(path[0]).toBe(path.at(-1));
        for (const [index, to] of path.slice(1).entries()) expect(edges[path[index]!]).toContain(to);
        const closing = [path.at(-2)!, path.at(-1)!] as const;
        expect(plan.diagnostics[0]!.at).toBe(`${closing[0]}.ts:${edges[closing[0]]!.indexOf(closing[1]) + 1}`);
      }),
      { numRuns: 500 },
    );
  });

  test('an indirect dependency is said exactly where the caller does not reach the callee', () => {
    fc.assert(
      fc.property(graphs({ cycles: false }), (edges) => {
        const reached = preOrder(edges, ['a']);
        const calls = reached.map((name) => ({ task: `${name}.run`, environment: name, at: `${name}.ts:1` }));
        const plan = planOf([graphOf(edges)['a']!], { bundles: Object.fromEntries(reached.map((name) => [name, { calls }])) });
        const expected = reached.flatMap((from) => {
          const reaches = preOrder(edges, [from]);
          return reached.filter((to) => !reaches.includes(to)).map((to) => `${from} ${to}.ts:1`);
        });
        expect(plan.diagnostics.map((found) => `${found.environment} ${found.at}`)).toEqual(expected);
        expect(new Set(codes(plan))).toEqual(new Set(expected.length > 0 ? ['AMBIT_PLAN_INDIRECT_DEPENDENCY'] : []));
      }),
    );
  });

  test('what is defined elsewhere, and in which order, changes nothing', () => {
    fc.assert(
      fc.property(graphs({ cycles: false }), graphs({ cycles: true }), (edges, foreign) => {
        const others = Object.values(graphOf(foreign)).map((each) => ({ ...each, name: `other_${each.name}` }));
        const plan = planOf([graphOf(edges)['a']!]);
        const reversed = Object.fromEntries(Object.entries(edges).reverse());
        expect(planOf([graphOf(reversed)['a']!], { others })).toEqual(plan);
        expect(planOf([graphOf(reversed)['a']!], { others: [...others].reverse() }).digest).toBe(plan.digest);
      }),
    );
  });
});

describe('for any variables', () => {
  test('the order in which they were written does not count', () => {
    const environments = fc.dictionary(fc.constantFrom('A', 'B', 'C', '__proto__', '1', '01'), fc.string(), { noNullPrototype: true });
    fc.assert(
      fc.property(environments, (env) => {
        const backwards = Object.fromEntries(Object.entries(env).reverse());
        const [one, two] = [env, backwards].map((each) => planOf([environment('a', { env: each })]));
        expect(one!.digest).toBe(two!.digest);
        expect(Object.entries(one!.environments[0]!.env).sort()).toEqual(Object.entries(env).sort());
      }),
    );
  });
});

describe('for any images', () => {
  test('two have one identity exactly if nothing in their descriptions differs', () => {
    fc.assert(
      fc.property(pairs, ([one, two]) => {
        const isSame = identityOf(one, engine) === identityOf(two, engine);
        expect(isSame).toBe(JSON.stringify(sorted(one)) === JSON.stringify(sorted(two)));
      }),
      { numRuns: 1000 },
    );
  });

  test('each stands behind its parent, the longest beginning of it that the plan has', () => {
    const lists = fc.array(fc.array(fc.constantFrom('x', 'y'), { maxLength: 4 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(lists, (packages) => {
        const plan = planOf(packages.map((list, index) => environment(`e${index}`, { image: debian(...list.map((name) => npm(name))) })));
        const described = new Set(packages.map((list) => list.join()));
        expect(plan.images).toHaveLength(described.size);
        for (const [index, image] of plan.images.entries()) {
          const list = image.layers.map(({ summary }) => summary);
          const beginnings = list.map((_, length) => list.slice(0, length)).filter((start) => described.has(start.join()));
          expect(image.parentLayers).toBe(beginnings.at(-1)?.length ?? 0);
          expect(image.parent !== undefined).toBe(beginnings.length > 0);
          if (image.parent) expect(plan.images.findIndex(({ identity }) => identity === image.parent)).toBeLessThan(index);
        }
      }),
    );
  });

  test('auto takes the first builder that has the versions, or none', () => {
    const nodes = fc.option(fc.subarray(['18', '20', '22']), { nil: undefined });
    const pythons = fc.option(fc.subarray(['3.11', '3.12']), { nil: undefined });
    const version = { node: fc.constantFrom('18', '20', '22'), python: fc.constantFrom('3.11', '3.12') };
    const builders = fc.array(fc.tuple(nodes, pythons), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(builders, fc.record(version, { requiredKeys: [] }), (all, asked) => {
        const described = all.map(([node, python], index) => {
          const debian = { ...(node && { node }), ...(python && { python }) };
          return [`b${index}`, { ...host, debian }] as const;
        });
        const fits = ([node, python]: (typeof all)[number]): boolean =>
          (!asked.node || !node || node.includes(asked.node)) && (!asked.python || !python || python.includes(asked.python));
        const image: ImageDescription = { base: { kind: 'debian', ...asked }, layers: [] };
        const plan = planOf([environment('a', { image })], { builders: Object.fromEntries(described) });
        const expected = all.findIndex(fits);
        expect(planned(plan, 'a').builder).toBe(expected < 0 ? undefined : `b${expected}`);
        expect(codes(plan)).toEqual(expected < 0 ? ['AMBIT_PLAN_BUILDER_MISMATCH'] : []);
        expect(plan.images).toHaveLength(1);
      }),
    );
  });

  test('the files that they are made from count', () => {
    fc.assert(
      fc.property(images, fc.string(), (image, content) => {
        const files = { '/one': { digest: digestOf(content) }, '/two': 'two' };
        const reads = JSON.stringify(image).includes('/one');
        expect(identityOf(image, { ...engine, files }) === identityOf(image, engine)).toBe(!reads || content === 'one');
      }),
    );
  });
});
