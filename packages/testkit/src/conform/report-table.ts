import { totalsOf } from './conformance-report.ts';
import type { ClauseResult, ConformanceReport, ConformanceTotals } from './conformance-report.ts';

const marks = { passed: '✓', failed: '✗', 'not-claimed': '–' } as const;

/** A report for people: a line per clause, and what is wrong below it. */
export function reportTable({ plugin, roles, unchecked, totals }: ConformanceReport): string {
  const title = plugin.type === '' ? 'This module is no plugin' : `Plugin ${plugin.type} (API ${plugin.apiVersion})`;
  const sections = roles.map(({ role, results }) => [`${role}: ${counts(totalsOf(results))}`, ...rows(results)].join('\n'));
  const rest = unchecked.length === 0 ? [] : [`There are no clauses for ${unchecked.join(' and ')}.`];
  return `${[title, ...sections, ...rest, `${roles.flatMap(({ results }) => results).length} clauses: ${counts(totals)}`].join('\n\n')}\n`;
}

function counts({ passed, failed, notClaimed }: ConformanceTotals): string {
  return `${passed} passed, ${failed} failed, ${notClaimed} not claimed`;
}

function rows(results: readonly ClauseResult[]): readonly string[] {
  const idWidth = Math.max(...results.map(({ id }) => id.length));
  const timeWidth = Math.max(...results.map((each) => time(each).length));
  return results.flatMap((each) => [
    `  ${marks[each.result]} ${each.id.padEnd(idWidth)}  ${time(each).padStart(timeWidth)}  ${each.spec}`,
    ...below(each).map((line) => `      ${line}`.trimEnd()),
  ]);
}

function time({ durationMs }: ClauseResult): string {
  return `${durationMs} ms`;
}

function below({ result, message = '' }: ClauseResult): readonly string[] {
  if (result === 'passed') return [];
  return (result === 'not-claimed' ? `not claimed: ${message}` : message).split('\n');
}
