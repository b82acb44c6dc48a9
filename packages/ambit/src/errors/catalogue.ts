import { builds } from './build-errors.ts';
import { containers } from './container-errors.ts';
import { definitions } from './definition-errors.ts';
import { dockerErrors } from './docker-errors.ts';
import { machinery } from './machinery-errors.ts';
import { plans } from './plan-errors.ts';
import { tasks } from './task-errors.ts';
import { usage } from './usage-errors.ts';
import type { CatalogueEntry } from './entry.ts';

/** Every error of Ambit by its code: for `ambit explain` and docs/errors.md. A check keeps it and the code identical. */
export const CATALOGUE: Readonly<Record<string, CatalogueEntry>> = {
  ...usage,
  ...definitions,
  ...plans,
  ...builds,
  ...dockerErrors,
  ...containers,
  ...tasks,
  ...machinery,
};

export const SECTIONS: readonly (readonly [title: string, entries: Readonly<Record<string, CatalogueEntry>>])[] = [
  ['Command line, configuration, loading', usage],
  ['Definitions', definitions],
  ['Plans', plans],
  ['Builds', builds],
  ['Docker', dockerErrors],
  ['Containers', containers],
  ['Tasks and values', tasks],
  ['Runs and machinery', machinery],
];
