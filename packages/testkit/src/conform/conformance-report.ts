/** The roles that have clauses, and the plugin itself. */
export type ConformanceRole = 'plugin' | 'builder' | 'executor' | 'runs' | 'shared' | 'objects';

export interface ClauseResult {
  readonly id: string;
  readonly spec: string;
  readonly result: 'passed' | 'failed' | 'not-claimed';
  /** What is wrong, or why it is not claimed. */
  readonly message?: string;
  readonly durationMs: number;
}

export interface RoleReport {
  readonly role: ConformanceRole;
  readonly results: readonly ClauseResult[];
}

export interface ConformanceTotals {
  readonly passed: number;
  readonly failed: number;
  readonly notClaimed: number;
}

/** What came of the clauses for one plugin. Plain data. */
export interface ConformanceReport {
  readonly version: 1;
  /** As it says itself; `type` is empty and `apiVersion` 0 where it says nothing. */
  readonly plugin: { readonly type: string; readonly apiVersion: number };
  readonly roles: readonly RoleReport[];
  /** Roles that the plugin offers, and for which there are no clauses. */
  readonly unchecked: readonly string[];
  readonly totals: ConformanceTotals;
}

export function totalsOf(results: readonly ClauseResult[]): ConformanceTotals {
  const count = (result: ClauseResult['result']): number => results.filter((each) => each.result === result).length;
  return { passed: count('passed'), failed: count('failed'), notClaimed: count('not-claimed') };
}

/** Whether a plugin keeps its contracts: nothing failed, and of each of its roles something was checked. */
export function conforms({ roles, totals }: ConformanceReport): boolean {
  const isChecked = roles.every(({ results }) => results.some(({ result }) => result === 'passed'));
  return totals.failed === 0 && isChecked;
}
