import type { ErrorDocument } from '@ambit/engine';
import { AmbitError } from '@ambit/plugin-api';

/** Exit codes that programs rely on (`cli.md`). */
export const EXIT = {
  ok: 0,
  user: 1,
  usage: 2,
  plan: 3,
  build: 4,
  resources: 5,
  infrastructure: 6,
  configuration: 7,
  bug: 70,
  cancelled: 130,
  unconfirmed: 131,
} as const;

/** By the code of an error that has no class of failure: the first that fits. */
const byCode: readonly (readonly [RegExp, number])[] = [
  [/^AMBIT_INTERNAL$/, EXIT.bug],
  [/^AMBIT_(TASK_INPUT_REFUSED|SECRET_IN_VALUE)$/, EXIT.usage],
  [/^AMBIT_NO_SPACE$/, EXIT.resources],
  [/^AMBIT_STORE_FAILED$/, EXIT.infrastructure],
  [
    /^AMBIT_(USAGE|TARGET|INPUT|LOAD|CONFIG|DEFINE|VALUE|FILE|DIRECTORY|STATE|STORE|PLUGIN|LOCAL_OPTION|INIT|NO_ACCESS|EXPLAIN)(_|$)/,
    EXIT.usage,
  ],
  [/^AMBIT_RUN_(UNKNOWN|NAME|NAME_TAKEN|AMBIGUOUS|DAMAGED|NEWER|NO_ACTION)$/, EXIT.usage],
  [/^AMBIT_(PLAN|FILES|BUNDLE)_/, EXIT.plan],
  [/^AMBIT_BUILD_/, EXIT.build],
];

/** Of an error that ended a command before or beside a run. */
export function exitCodeOf(error: unknown): number {
  return AmbitError.is(error) ? exitCodeOfCode(error.code) : EXIT.bug;
}

/** Of a run that failed: the class of the failure that ended it decides. */
export function exitCodeOfFailure({ code, failure }: ErrorDocument): number {
  if (code.startsWith('AMBIT_BUILD_')) return EXIT.build;
  return failure === undefined ? exitCodeOfCode(code) : EXIT[failure];
}

function exitCodeOfCode(code: string): number {
  return byCode.find(([pattern]) => pattern.test(code))?.[1] ?? EXIT.infrastructure;
}
