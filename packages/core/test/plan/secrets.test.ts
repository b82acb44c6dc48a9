import { describe, expect, it } from 'vitest';
import { factRequests } from '../../src/index.ts';
import { cluster, codes, debian, docker, environment, identityOf, inputOf, onlyDiagnostic, planOf, planned } from './scene.ts';

const secret = (key: string): { kind: 'env'; key: string; as: string } => ({ kind: 'env', key, as: key });

describe('secrets in a plan', () => {
  const child = environment('child', { secrets: [secret('TOKEN'), { kind: 'file', key: 'KEY', path: 'key' }], at: 'main.ts:4' });
  const root = environment('root', { secrets: [secret('TOKEN')], dependsOn: [child] });
  const found = { found: true, asked: ['environment'] };

  it('are asked for once each, by name', () => {
    const keys = factRequests(inputOf([root])).flatMap((request) => (request.kind === 'secret' ? [request.key] : []));
    expect(keys).toEqual(['TOKEN', 'KEY']);
  });

  it('stand there by name', () => {
    const plan = planOf([root], { secrets: { TOKEN: found, KEY: found } });
    expect(codes(plan)).toEqual([]);
    expect(planned(plan, 'child').secrets).toEqual(['TOKEN', 'KEY']);
    expect(planned(planOf([environment('a')]), 'a')).not.toHaveProperty('secrets');
  });

  it('are asked for in their group, of which a variable begins with the name', () => {
    const grouped = environment('g', { secrets: [{ kind: 'env', key: 'TOKEN', group: 'hugging-face', as: 'TOKEN' }, secret('TOKEN')] });
    const plan = planOf([grouped], { secrets: { TOKEN: found } });
    expect(planned(plan, 'g').secrets).toEqual(['hugging-face/TOKEN', 'TOKEN']);
    const { message, hint } = onlyDiagnostic(plan);
    expect(message).toContain('needs the secret hugging-face/TOKEN, and');
    expect(hint).toContain('Set the variable HUGGING_FACE_TOKEN where');
  });

  it('of an image are looked up, and a warning where nobody has them: it may be there already', () => {
    const layers = [{ kind: 'pip' as const, specs: ['six'], secrets: ['pypi/TOKEN'] }];
    const image = debian(...layers);
    const builders = { docker };
    const executors = { cluster };
    const built = environment('a', { image });
    const plan = planOf([built], { builders, executors });
    expect(onlyDiagnostic(plan)).toMatchObject({ code: 'AMBIT_PLAN_SECRET_MISSING', severity: 'warning', environment: 'a' });
    expect(onlyDiagnostic(plan).message).toContain('The image of a needs the secret pypi/TOKEN where it has to be built, and');
    expect(planned(plan, 'a')).not.toHaveProperty('secrets');
    expect(codes(planOf([built], { builders, executors, secrets: { 'pypi/TOKEN': found } }))).toEqual([]);
    expect(codes(planOf([built], { secrets: { 'pypi/TOKEN': found } }))).toEqual(['AMBIT_PLAN_BUILDER_MISMATCH']);
    const other = debian({ ...layers[0]!, secrets: ['TOKEN'] });
    expect(identityOf(other)).not.toBe(identityOf(image));
  });

  it('that nobody has are errors which say who was asked', () => {
    const diagnostic = onlyDiagnostic(planOf([root], { secrets: { TOKEN: found, KEY: { found: false, asked: ['.env', 'environment'] } } }));
    expect(diagnostic).toMatchObject({ code: 'AMBIT_PLAN_SECRET_MISSING', severity: 'error', environment: 'child', at: 'main.ts:4' });
    expect(diagnostic.message).toBe('The environment child needs the secret KEY, and nobody has it. Asked: .env, environment.');
  });

  it('that could not be looked up are errors with the reason', () => {
    const { message } = onlyDiagnostic(planOf([root], { secrets: { TOKEN: found, KEY: { failed: 'the vault is sealed' } } }));
    expect(message).toContain('it could not be looked up: the vault is sealed');
  });

  it('change the digest of a plan, and no image', () => {
    const image = debian();
    const world = { secrets: { A: found } };
    const [without, withOne] = [environment('e', { image }), environment('e', { image, secrets: [secret('A')] })];
    expect(planOf([withOne], world).digest).not.toBe(planOf([without], world).digest);
    expect(planOf([withOne], world).environments[0]?.image).toBe(planOf([without], world).environments[0]?.image);
  });
});
