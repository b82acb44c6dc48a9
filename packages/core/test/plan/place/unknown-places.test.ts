import { describe, expect, it } from 'vitest';
import { codes, environment, onlyDiagnostic, planOf } from '../scene.ts';

const [fold, msa] = [environment('fold_env'), environment('msa_env')];
const place = { executor: ['local'], by: 'configuration' };

describe('a place that is said of an environment that is not there', () => {
  it('is a warning where the name of one that has no place is near', () => {
    const plan = planOf([fold], { others: [msa], settings: { environments: { fodl_env: place } } });
    expect(onlyDiagnostic(plan)).toMatchObject({
      code: 'AMBIT_PLAN_UNKNOWN_ENVIRONMENT',
      severity: 'warning',
      message: "The configuration says where fodl_env is built or run, and this file has no such environment. Did you mean 'fold_env'?",
      hint: 'Correct the name there, unless another file that the configuration serves has fodl_env.',
    });
    expect(onlyDiagnostic(plan)).not.toHaveProperty('environment');
  });

  it('is only a hint where none is near: another file may have it', () => {
    const plan = planOf([fold], { settings: { environments: { training: { ...place, by: 'profile ci' } } } });
    expect(onlyDiagnostic(plan)).toMatchObject({
      severity: 'hint',
      message: expect.stringMatching(/^The profile ci says .*environment\.$/) as string,
    });
  });

  it('is only a hint where the one that is near has a place of its own', () => {
    const plan = planOf([fold], { settings: { environments: { fold_env: place, fold_env2: place } } });
    expect(onlyDiagnostic(plan)).toMatchObject({ severity: 'hint', message: expect.stringContaining('fold_env2') as string });
  });

  it('is right for all that the file has, whatever the targets reach', () => {
    const plan = planOf([fold], { others: [msa], settings: { environments: { fold_env: place, msa_env: place } } });
    expect(codes(plan)).toEqual([]);
  });
});
