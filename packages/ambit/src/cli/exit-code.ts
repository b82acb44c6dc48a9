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

const usage =
  /^AMBIT_(USAGE|TARGET|INPUT|LOAD|CONFIG|DEFINE|VALUE|FILE|RUN_(UNKNOWN|NAME|AMBIGUOUS|DAMAGED|NEWER)|STORE|PLUGIN|LOCAL_OPTION)/;

/** Of an error that ended a command before or beside a run. */
export function exitCodeOf(error: unknown): number {
  if (!AmbitError.is(error)) return EXIT.bug;
  if (error.code === 'AMBIT_INTERNAL') return EXIT.bug;
  if (usage.test(error.code)) return EXIT.usage;
  if (error.code.startsWith('AMBIT_PLAN')) return EXIT.plan;
  return error.code.startsWith('AMBIT_BUILD') ? EXIT.build : EXIT.infrastructure;
}

/** Of a run that failed: the class of the failure that ended it decides. */
export function exitCodeOfFailure({ code, failure }: ErrorDocument): number {
  if (code.startsWith('AMBIT_BUILD')) return EXIT.build;
  if (failure !== undefined) return EXIT[failure];
  return EXIT.infrastructure;
}
