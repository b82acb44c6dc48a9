import { expect, it } from 'vitest';
import { reportTable } from '@ambit/testkit';
import type { ConformanceReport } from '@ambit/testkit';

const report: ConformanceReport = {
  version: 1,
  plugin: { type: 'bucket', apiVersion: 1 },
  roles: [
    { role: 'plugin', results: [{ id: 'PL-EXPORT-01', spec: 'It is one.', result: 'passed', durationMs: 1 }] },
    {
      role: 'objects',
      results: [
        { id: 'OS-PUT-01', spec: 'It keeps.', result: 'failed', message: 'it does not keep:\n\n+ 1', durationMs: 120 },
        { id: 'OS-PATH-01', spec: 'It has paths.', result: 'not-claimed', message: 'it has none', durationMs: 2 },
      ],
    },
  ],
  unchecked: ['secrets'],
  totals: { passed: 1, failed: 1, notClaimed: 1 },
};

it('has a line per clause, and below it what is wrong', () => {
  expect(reportTable(report)).toBe(`Plugin bucket (API 1)

plugin: 1 passed, 0 failed, 0 not claimed
  ✓ PL-EXPORT-01  1 ms  It is one.

objects: 0 passed, 1 failed, 1 not claimed
  ✗ OS-PUT-01   120 ms  It keeps.
      it does not keep:

      + 1
  – OS-PATH-01    2 ms  It has paths.
      not claimed: it has none

There are no clauses for secrets.

3 clauses: 1 passed, 1 failed, 1 not claimed
`);
});

it('says where there is no plugin', () => {
  const none = { ...report, plugin: { type: '', apiVersion: 0 }, roles: [], unchecked: [] };
  expect(reportTable(none)).toMatch(/^This module is no plugin\n/);
});
