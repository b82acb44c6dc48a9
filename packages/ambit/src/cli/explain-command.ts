import { didYouMean } from '@ambit/core';
import { AmbitError } from '@ambit/plugin-api';
import { CATALOGUE } from '../errors/catalogue.ts';
import { EXIT } from './exit-code.ts';
import type { Invocation } from './invocation.ts';

/** `ambit explain CODE`. */
export async function explainCommand({ terminal, words }: Invocation): Promise<number> {
  const code = asCode(words[0] ?? '');
  const entry = Object.hasOwn(CATALOGUE, code) ? CATALOGUE[code] : undefined;
  if (!entry) throw unknownCode(code);
  const { outColors: colors, out, flags } = terminal;
  if (flags.json) out(JSON.stringify({ version: 1, code, ...entry }));
  else out(`${colors.bold(code)}\n  ${colors.dim('when')}  ${entry.when}\n  ${colors.dim('fix')}   ${entry.fix}`);
  return EXIT.ok;
}

/** `plan-cycle` is `AMBIT_PLAN_CYCLE`. */
function asCode(word: string): string {
  const code = word.trim().toUpperCase().replaceAll('-', '_');
  return code.startsWith('AMBIT_') ? code : `AMBIT_${code}`;
}

function unknownCode(code: string): AmbitError {
  const known = Object.keys(CATALOGUE);
  const beginning = known.filter((each) => each.startsWith(code)).slice(0, 8);
  const hint = beginning.length > 0 ? `There are: ${beginning.join(', ')}.` : 'Copy the code that stands below the error.';
  return new AmbitError('AMBIT_EXPLAIN_UNKNOWN', `No error has the code ${code}.${didYouMean(code, known)}`, { hint, facts: { code } });
}
