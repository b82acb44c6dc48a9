import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { didYouMean, suggestion } from '../src/index.ts';

describe('a suggestion', () => {
  it.each([
    ['dokcer', ['local', 'docker'], 'docker'],
    ['Docker', ['local', 'docker'], 'docker'],
    ['kube', ['local', 'kubernetes'], 'kubernetes'],
    ['fold', ['fold_env', 'msa_env'], 'fold_env'],
    ['xyz', ['local', 'docker'], undefined],
    ['a', ['b'], undefined],
    ['local', [], undefined],
  ])('for %s of %j is %s', (name, candidates, expected) => {
    expect(suggestion(name, candidates)).toBe(expected);
    expect(didYouMean(name, candidates)).toBe(expected === undefined ? '' : ` Did you mean '${expected}'?`);
  });

  it('is the name itself where it is there', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{1,10}$/), { minLength: 1 }), fc.nat(), (names, index) => {
        const name = names[index % names.length]!;
        expect(suggestion(name, names)).toBe(name);
      }),
    );
  });
});
