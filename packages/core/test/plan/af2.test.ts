import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Image, TaskEnvironment, environmentDefinition } from '../../src/index.ts';
import type { LayerDescription } from '../../src/index.ts';
import { marked } from '../model/marked.ts';
import { debian, digestOf, environment, planOf } from './scene.ts';
import type { World } from './scene.ts';

/** The AlphaFold example as it is written in files. */
const foldLayer: LayerDescription & { at: string } = { kind: 'npm', specs: ['nanoid@5.1.6'], at: 'fold/run.ts:7' };
const foldEnv = environment('fold_env', { image: debian(foldLayer), tasks: ['run_fold'], at: 'fold/run.ts:9' });
const msaEnv = environment('msa_env', {
  image: debian(
    { kind: 'npm', specs: ['fasta-js@1.0.1'], at: 'msa/run.ts:8' },
    { kind: 'npm', specs: ['nanoid@2.1.11'], at: 'msa/run.ts:9' },
  ),
  tasks: ['run_msa'],
  at: 'msa/run.ts:11',
});
const dependsOn = [
  { environment: foldEnv, at: 'main.ts:7' },
  { environment: msaEnv, at: 'main.ts:7' },
];
const multiEnv = environment('multi_env', {
  image: debian(foldLayer, { kind: 'npm', specs: ['fasta-js@1.0.1'], at: 'main.ts:5' }),
  dependsOn,
  tasks: ['main'],
  at: 'main.ts:7',
});
const leanEnv = environment('lean_env', { dependsOn, tasks: ['main'], at: 'lean.ts:6' });

const calls = [
  { task: 'msa_env.run_msa', environment: 'msa_env', at: 'main.ts:16' },
  { task: 'fold_env.run_fold', environment: 'fold_env', at: 'main.ts:18' },
];
const nanoid = (at: string) => ({ name: 'nanoid', specifier: 'nanoid', chain: [at], optional: false });
const world: World = {
  bundles: {
    multi_env: { calls },
    lean_env: { calls },
    fold_env: { packages: [nanoid('fold/run.ts:3')] },
    msa_env: { packages: [nanoid('msa/run.ts:3')] },
  },
};

/** The same, as its modules write it. */
function definedMultiEnv(): TaskEnvironment {
  const base = Image.fromDebianBase();
  const foldImage = marked('fold/run.ts:7', () => base.withNpmPackages('nanoid@5.1.6'));
  const fold = marked('fold/run.ts:9', () => new TaskEnvironment({ name: 'fold_env', image: foldImage }));
  fold.task('run_fold', async (sequence: string) => [sequence]);
  const fasta = marked('msa/run.ts:8', () => base.withNpmPackages('fasta-js@1.0.1'));
  const msaImage = marked('msa/run.ts:9', () => fasta.withNpmPackages('nanoid@2.1.11'));
  const msa = marked('msa/run.ts:11', () => new TaskEnvironment({ name: 'msa_env', image: msaImage }));
  msa.task('run_msa', async (sequence: string) => sequence);
  const image = marked('main.ts:5', () => foldImage.withNpmPackages('fasta-js@1.0.1'));
  const multi = marked('main.ts:7', () => new TaskEnvironment({ name: 'multi_env', image, dependsOn: [fold, msa] }));
  multi.task('main', async (sequence: string) => [sequence]);
  return multi;
}

describe('the AlphaFold example', () => {
  test('has the plan that stands in golden/af2.json', () => {
    const plan = planOf([{ environment: multiEnv, task: 'multi_env.main' }], world);
    const golden: unknown = JSON.parse(readFileSync(new URL('golden/af2.json', import.meta.url), 'utf8'));
    expect(plan).toEqual(golden);
    const defined = environmentDefinition(definedMultiEnv())!;
    expect(planOf([{ environment: defined, task: 'multi_env.main' }], world)).toEqual(golden);
  });

  test('plans root first, in pre-order, and only what is reached', () => {
    const plan = planOf([{ environment: multiEnv, task: 'multi_env.main' }], { ...world, others: [leanEnv] });
    expect(plan.environments.map(({ name }) => name)).toEqual(['multi_env', 'fold_env', 'msa_env']);
    expect(plan.diagnostics).toEqual([]);
    expect(planOf([foldEnv], world).environments.map(({ name }) => name)).toEqual(['fold_env']);
  });

  test('builds the image of main on that of fold, and each of them once', () => {
    const { images, environments } = planOf([multiEnv], world);
    const [fold, main, msa] = images;
    expect(images.map((image) => image.environments)).toEqual([['fold_env'], ['multi_env'], ['msa_env']]);
    expect(main).toMatchObject({
      parent: fold!.identity,
      parentLayers: 1,
      layers: [{ summary: 'nanoid@5.1.6' }, { summary: 'fasta-js@1.0.1' }],
    });
    expect([fold!.parent, msa!.parent]).toEqual([undefined, undefined]);
    expect(environments.map(({ image }) => image)).toEqual([main!.identity, fold!.identity, msa!.identity]);
  });

  test('needs no package for the lean main', () => {
    const plan = planOf([{ environment: leanEnv, task: 'lean_env.main' }], world);
    expect(plan.diagnostics).toEqual([]);
    expect(plan.images[0]).toMatchObject({ layers: [], environments: ['lean_env'] });
    expect(plan.images.slice(1).map(({ parent }) => parent)).toEqual([plan.images[0]!.identity, plan.images[0]!.identity]);
  });

  test('is frozen, and the same after a way through JSON', () => {
    const plan = planOf([multiEnv], world);
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
    const open = (data: unknown): unknown[] =>
      typeof data !== 'object' || data === null ? [] : [...(Object.isFrozen(data) ? [] : [data]), ...Object.values(data).flatMap(open)];
    expect(open(plan)).toEqual([]);
  });

  test('has a digest over all of it but what is wrong', () => {
    const digest = planOf([multiEnv], world).digest;
    const other = { ...world.bundles, fold_env: { digest: digestOf('edited') } };
    expect(planOf([multiEnv], { ...world, bundles: other }).digest).not.toBe(digest);
    expect(planOf([multiEnv, foldEnv], world).digest).not.toBe(digest);
    const warning = { code: 'AMBIT_BUNDLE_OPAQUE_TASK', severity: 'warning', message: 'Opaque.', hint: 'Write it plainly.' } as const;
    const warned = planOf([multiEnv], { ...world, bundles: { ...world.bundles, multi_env: { calls, diagnostics: [warning] } } });
    expect(warned.diagnostics).toEqual([{ ...warning, environment: 'multi_env' }]);
    expect(warned.digest).toBe(digest);
  });
});
